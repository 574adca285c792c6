"""Dispatch: finds the handler of a turn, says the words of a refusal, hears the events."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers._acks import DIGEST, say_waiting
from handlers._chat import Ask, Chat
from handlers._filters import Facts, Filter, Test, facts_of
from handlers._router import MessageHandler, Router
from handlers._turn import HELD, Turn
from storage.errors import Refused
from storage.rows import Journal, journal_of, keep
from storage.timers import Timer

EVENTS_AT_MOST = 1000
"""Events that one turn may set off in a row; more is a circle."""


@dataclass(frozen=True, slots=True)
class _Route:
    router: Router
    when: Filter
    handler: MessageHandler
    name: str


class Dispatch:
    """All capabilities as one: what the worker calls."""

    def __init__(self, routers: Sequence[Router]) -> None:
        self.routers = list(routers)
        self._routes = [
            _Route(router, when, handler, f"{router.name}.{handler.__name__}")
            for router in routers
            for when, handler in router.messages
        ]
        self._by_facts: dict[Facts, list[tuple[_Route, Test | None]]] = {}
        self.timer_ranks = {DIGEST: 90, HELD: 80}
        self._timers: dict[str, tuple[Router, Any]] = {}
        self._commands: dict[str, tuple[Router, Any]] = {}
        self.words: dict[str, Any] = {}
        for router in routers:
            self.timer_ranks.update(router.timer_ranks)
            self._timers.update({k: (router, f) for k, f in router.timers.items()})
            self._commands.update({k: (router, f) for k, f in router.commands.items()})
            self.words.update(router.acknowledgements)

    def _for(self, chat: Chat) -> list[tuple[_Route, Test | None]]:
        """The routes that may take the message, each with what is left to ask."""
        facts = facts_of(chat)
        routes = self._by_facts.get(facts)
        if routes is None:
            left = [(route, route.when.given(facts)) for route in self._routes]
            routes = [(route, None if test is True else test) for route, test in left if test is not False]
            self._by_facts[facts] = routes
        return routes

    async def message(self, chat: Chat) -> str | None:
        """Let the first handler that takes it handle the message; its name, or None: silence."""
        for route, test in self._for(chat):
            if test is not None and not test(chat):
                continue
            taken = await self._guarded(chat, route.router, lambda r=route: r.handler(chat))  # type: ignore[misc]
            if taken is not False:
                chat.read_back()
                await self._after(chat)
                self._say_due(chat, chat.room_id)
                return route.name
        return None

    async def timer(self, turn: Turn, timer: Timer) -> None:
        """A timer fell due; it is gone before its handler may set it again."""
        if timer.kind == DIGEST:
            say_waiting(turn, timer.ref, self.words, cause=turn.cause)
            return
        turn.cancel_timer(timer.kind, timer.ref)
        if timer.kind == HELD:
            turn.release_held(int(timer.ref))
            return
        router, handler = self._timers[timer.kind]
        await self._guarded(turn, router, lambda: handler(turn, timer))
        await self._after(turn)

    async def command(self, turn: Turn, name: str, data: Any) -> Any:
        """A command of the desk or the command line. Raises KeyError, and Refused with its facts."""
        _, handler = self._commands[name]
        result = await handler(turn, data)
        await self._after(turn)
        return result

    async def event(self, turn: Turn, event: object) -> None:
        """People came or went, a message was recalled."""
        turn.emit(event)
        await self._after(turn)

    async def _after(self, turn: Turn) -> None:
        heard = 0
        while turn.events:
            event = turn.events.pop(0)
            heard += 1
            if heard > EVENTS_AT_MOST:
                raise RuntimeError(f"events go in a circle: {type(event).__name__}")
            for router in self.routers:
                for kind, handler in router.events:
                    if isinstance(event, kind):
                        await self._guarded(turn, router, lambda h=handler, e=event: h(turn, e))  # type: ignore[misc]

    def _say_due(self, turn: Turn, room_id: str | None) -> None:
        timer = turn.shop.rows(Timer).get((DIGEST, room_id)) if room_id is not None else None
        if timer is not None and timer.due <= turn.now:
            say_waiting(turn, timer.ref, self.words)

    async def _guarded(self, turn: Turn, router: Router, work: Callable[[], Awaitable[Any]]) -> Any:
        """Undo the work when a rule refuses, and say why."""
        journal, said, events = Journal(), len(turn.said), len(turn.events)
        try:
            with journal_of(journal):
                result = await work()
        except Ask as ask:
            self._undo(turn, journal, said, events)
            if isinstance(turn, Chat):
                turn.ask(ask.kind, ask.question, **ask.data)
            return True
        except Refused as refused:
            self._undo(turn, journal, said, events)
            turn.why(f"refused: {type(refused).__name__}")
            self._say_refusal(turn, router, refused)
            return True
        except BaseException:
            self._undo(turn, journal, said, events)
            raise
        keep(journal)
        return result

    def _undo(self, turn: Turn, journal: Journal, said: int, events: int) -> None:
        timed, derived = journal.touched(Timer), journal.derived
        journal.rollback()
        del turn.said[said:], turn.events[events:]
        if derived:
            turn.shop.cache.clear()
        if timed:
            turn.shop.rebuild_timers()

    def _say_refusal(self, turn: Turn, router: Router, refused: Refused) -> None:
        words = router.words_for(refused)
        if words and isinstance(turn, Chat):
            turn.reply(words, mention=True)
