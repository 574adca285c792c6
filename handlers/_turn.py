"""Turn: the shop at one moment, and the means to say, remember, schedule and record.

A message, a timer, a command of the desk and an event each get a turn of their own. What a turn did
is kept when it returns and undone as a whole when it refuses or fails.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from storage.flows import Flow
from storage.outbox import OutboxRow, Sending, Urgency
from storage.own_words import own_words
from storage.people import Person, Room, person_of
from storage.privacy import guard
from storage.rows import Row, Rows
from storage.shop import Shop

R = TypeVar("R", bound=Row)

HELD = "outbox_held"
"""The timer that lets a held message go (quiet hours, daily cap)."""


class Turn:
    """Everything a handler may do. `now` is the moment that rules are given."""

    def __init__(self, shop: Shop, now: datetime, cause: str) -> None:
        self.shop, self.now, self.cause = shop, now, cause
        self.events: list[object] = []
        self.said: list[OutboxRow] = []
        self.names: dict[str, str] = {}
        """Display names that the turn has just learnt and no row holds yet."""
        self.notes: list[str] = []
        """Why the turn did what it did, for the simulator's drawer."""

    # -- saying ----------------------------------------------------------------------------------

    def say_in(
        self,
        room_id: str,
        text: str,
        *,
        mention: Iterable[str] = (),
        urgency: str = Urgency.ANSWER,
        key: str | None = None,
        kind: str = "text",
        path: str | None = None,
        as_written: bool = False,
    ) -> None:
        """Say something in a group. Members' phone numbers and addresses never pass (law 9).

        `as_written`: a leader's own post, which may name his numbers (contract §9.16).
        """
        room = self.shop.rows(Room).get(room_id)
        agents_only = room is not None and room.is_agent_room
        if room is not None and room.settings.get("muted") and not agents_only:
            self._past_the_muted(room_id, text, tuple(mention), urgency)
            return
        account = (room.account if room else "") or self.shop.default_account
        wanted = [who for who in mention if self.may_call(who, urgency)]
        named = {who: self.names.get(who) or self.shop.name_of(who, room_id) for who in wanted}
        if agents_only:
            urgency = Urgency.HANDOFF  # of one rank, so that agents read all in its order
        own = agents_only or as_written
        safe = text if own else guard(text, own_words(self.shop))
        self._enqueue(account, safe, urgency, key, kind=kind, path=path, room_id=room_id, mentions=named)

    def say_to(
        self,
        person_id: str,
        text: str,
        *,
        urgency: str = Urgency.ANSWER,
        key: str | None = None,
        kind: str = "text",
        path: str | None = None,
    ) -> None:
        """Say something to one person in private."""
        if not self.may_call(person_id, urgency):
            return
        person = self.shop.rows(Person).get(person_id)
        account = (person.marks.get("account") if person else None) or self.shop.default_account
        self._enqueue(account, text, urgency, key, kind=kind, path=path, person_id=person_id)

    def may_call(self, person_id: str, urgency: str) -> bool:
        """Whether somebody wants to be called for what he did not ask for (D8)."""
        if urgency not in (Urgency.ADVERT, Urgency.NUDGE):
            return True
        person = self.shop.rows(Person).get(person_id)
        return person is None or not person.marks.get("opted_out")

    def _past_the_muted(self, room_id: str, text: str, mention: tuple[str, ...], urgency: str) -> None:
        """In a muted room nothing is said: results go to the leader, hand-offs to the person."""
        if urgency == Urgency.RESULT:
            self.say_to_leaders(room_id, text)
        elif urgency == Urgency.HANDOFF:
            for person in mention:
                self.say_to(person, text, urgency=urgency)

    def say_to_leaders(self, room_id: str, text: str, *, urgency: str = Urgency.RESULT) -> None:
        """Tell the first leader of a room in private; without one, the shop's lead."""
        leaders = self.shop.leaders_of(room_id)
        target = leaders[0] if leaders else self.shop.settings.lead
        if target is not None:
            self.say_to(target, text, urgency=urgency)

    def say_to_agents(
        self, text: str, *, mention: Iterable[str] = (), kind: str = "text", path: str | None = None
    ) -> None:
        """Tell the agents' room; without one, each agent in private, at last the leads."""
        room = self.shop.agent_room()
        if room is not None:
            self.say_in(room.id, text, mention=mention, urgency=Urgency.HANDOFF, kind=kind, path=path)
            return
        people = [role.person_id for role in self.shop.agents()]
        if not people and self.shop.settings.lead:
            people = [self.shop.settings.lead]
        for person in people:
            self.say_to(person, text, urgency=Urgency.HANDOFF, kind=kind, path=path)

    def _enqueue(
        self,
        account: str,
        text: str,
        urgency: str,
        key: str | None,
        *,
        room_id: str | None = None,
        **more: Any,
    ) -> None:
        """Put a message into the outbox: to go at its turn, or held until it may."""
        number = self.shop.next_number("outbox")
        until = _held_until(self.shop, room_id, urgency, self.now)
        row = OutboxRow(
            tenant_id=self.shop.tenant,
            number=number,
            idem_key=key or f"{self.cause}#{number}",
            account=account,
            room_id=room_id,
            text=text,
            cause=self.cause,
            urgency=urgency,
            state=Sending.PENDING if until is None else Sending.HELD,
            next_at=until or self.shop.pace_slot(account, self.now),
            created_at=self.now,
            **more,
        )
        if until is None:
            self.said.append(row)
        else:
            self.shop.set_timer(HELD, f"{number:012d}", until)
        self.shop.rows(OutboxRow).add(row)

    def release_held(self, number: int) -> None:
        """A held message may go now."""
        row = self.shop.rows(OutboxRow).get(number)
        if row is not None and row.state == Sending.HELD:
            row.state = Sending.PENDING
            row.next_at = self.shop.pace_slot(row.account, self.now)
            self.said.append(row)

    # -- rows, timers, events --------------------------------------------------------------------

    def rows(self, model: type[R]) -> Rows[R]:
        """The loaded rows of a table; `add` and `drop` belong to this turn."""
        return self.shop.rows(model)

    async def load(self, model: type[R], value: Any, column: str | None = None) -> list[R]:
        """Rows of a partition; from memory after the first time."""
        return await self.shop.load(model, value, column)

    def new_id(self) -> str:
        """A fresh id that sorts by time."""
        return self.shop.ids.new(self.now)

    def timer(self, kind: str, ref: str, due: datetime, **data: Any) -> None:
        """Have the handler of `kind` called once at `due`."""
        self.shop.set_timer(kind, ref, due, **data)

    def cancel_timer(self, kind: str, ref: str) -> None:
        """It need not be called."""
        self.shop.cancel_timer(kind, ref)

    def emit(self, event: object) -> None:
        """Tell the capabilities that listen for this kind of event, after this handler."""
        self.events.append(event)

    def why(self, note: str) -> None:
        """One reason, for the drawer that explains the bot."""
        self.notes.append(note)

    # -- people ----------------------------------------------------------------------------------

    def person(self, person_id: str) -> Person:
        """The person's row, made when there is none."""
        return person_of(self.shop, person_id)

    def name(self, person_id: str, room_id: str | None = None) -> str:
        """The display name of a person."""
        return self.shop.name_of(person_id, room_id) or "这位邻居"

    # -- flows -----------------------------------------------------------------------------------

    def remember(
        self, kind: str, room_id: str | None, person_id: str, minutes: float, /, **data: Any
    ) -> None:
        """Keep a question or a fact of the talk for so long; replaces the same kind."""
        flows = self.rows(Flow)
        expires = self.now + timedelta(minutes=minutes)
        flow = flows.get((room_id or "", person_id, kind))
        if flow is not None:
            flow.data, flow.expires = data, expires
            return
        flows.add(
            Flow(
                tenant_id=self.shop.tenant,
                room_id=room_id or "",
                person_id=person_id,
                kind=kind,
                data=data,
                expires=expires,
            )
        )

    def recall_flow(self, kind: str, room_id: str | None, person_id: str) -> dict[str, Any] | None:
        """What was remembered, while it holds."""
        flow = self.rows(Flow).get((room_id or "", person_id, kind))
        return flow.data if flow is not None and flow.valid(self.now) else None

    def forget(self, kind: str, room_id: str | None, person_id: str) -> None:
        """It is answered, or no longer true."""
        flow = self.rows(Flow).get((room_id or "", person_id, kind))
        if flow is not None:
            self.rows(Flow).drop(flow)


def _held_until(shop: Shop, room_id: str | None, urgency: str, now: datetime) -> datetime | None:
    """When a message may go, if not now: quiet hours and the daily cap (contract §9.8)."""
    local = shop.settings.local(now)
    room = shop.rows(Room).get(room_id) if room_id is not None else None
    if urgency in (Urgency.ADVERT, Urgency.NUDGE):
        quiet = (room.quiet_hours() if room is not None else None) or shop.settings.quiet_hours
        if quiet.contains(local):
            return quiet.next_end(local)
    if room is None or room.is_agent_room:
        return None
    allowed = room.count_message(local.date(), urgency, shop.settings.daily_messages_per_room)
    return None if allowed else shop.settings.quiet_hours.next_end(local)
