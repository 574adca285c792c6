"""The gateway holds chat accounts: what is said there goes to the bus, and it says what it is asked to."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from uuid import uuid4

from pydantic_core import to_json

from bot.broker import Envelope
from bot.broker.connection import Connection, End
from bot.broker.lease import Lease
from bot.broker.nats import NatsBus
from bot.broker.subjects import token_of
from bot.broker.wire import packed
from bot.channels import Channel, Event, Incoming, NotSent, SendInDoubt, ShowsPictures
from bot.channels.remote import BEAT_SECONDS, QUESTION, STALE_BEATS, Beat, Question, Reply, subject
from bot.clock import Clock
from bot.hygiene import storable
from bot.images import NoPicture, cleaned
from bot.log import get_logger
from bot.server import Check

LARGEST_PICTURE = 900 * 1024
"""Bytes; what a broker carries in one answer (1 MB)."""

log = get_logger("gateway")


class Gateway:
    """The accounts of one process, each held as long as no other process holds it."""

    def __init__(
        self,
        shop: str,
        channels: Sequence[Channel],
        connection: Connection,
        bus: NatsBus,
        clock: Clock,
        heard: Callable[[Event], None],
    ) -> None:
        self.shop, self.channels, self.clock = shop, channels, clock
        self.connection, self.bus, self._heard = connection, bus, heard
        self.sent = 0
        self._leases: dict[str, Lease] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Hold each account as soon as it is free."""
        for channel in self.channels:
            name = f"gateway.{token_of(self.shop)}.{token_of(channel.account)}"
            lease = self._leases[channel.account] = Lease(self.connection, name)
            work = lease.hold(partial(self._serve, channel))
            self._tasks.append(asyncio.create_task(work, name=f"gateway {channel.account}"))

    async def stop(self) -> None:
        """Let go of every account; idempotent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def checks(self) -> Mapping[str, Check]:
        """How the accounts are, for readyz; one that another gateway holds is none of ours to worry about."""
        found = {}
        for channel in self.channels:
            lease, state = self._leases.get(channel.account), channel.state()
            if lease is None or not lease.held:
                found[channel.account] = Check(ok=True, detail="standing by for another gateway")
            else:
                found[channel.account] = Check(ok=state.connected and state.logged_in, detail=state.detail)
        return found

    async def _serve(self, channel: Channel) -> None:
        held = _Held(self, channel)
        await channel.start(self._deliver)
        try:
            await held.run()
        finally:
            await held.stop()
            await channel.stop()

    async def _deliver(self, event: Event) -> None:
        """Returns when the broker has it."""
        clean = storable(event)
        self._heard(clean)
        envelope = Envelope(self.shop, "", self.clock.now(), clean)
        key = f"{clean.account}:{clean.id}" if isinstance(clean, Incoming) else _digest(envelope)
        await self.bus.publish(Envelope(self.shop, key, envelope.heard, clean))


def _digest(envelope: Envelope) -> str:
    """What has no id of its own is named by all that it says."""
    same = Envelope(envelope.shop, "", envelope.event.at, envelope.event)
    return hashlib.sha256(packed([same])).hexdigest()


class _Held:
    """One account while it is held: its beats, and what it is asked."""

    def __init__(self, gateway: Gateway, channel: Channel) -> None:
        self._gateway, self._channel = gateway, channel
        self._life, self._beat = uuid4().hex, 0
        self._ends: list[End] = []

    async def run(self) -> None:
        """Say that it is held, until cancelled."""
        connection = self._gateway.connection
        for what, answer in (
            ("send", self._send),
            ("dm", self._dm),
            ("picture", self._picture),
            ("explain", self._explain),
        ):
            self._ends.append(await connection.listen(self._subject(what), answer))
        while True:
            self._beat += 1
            beat = Beat(self._life, self._beat, self._gateway.clock.now(), self._channel.state())
            await connection.tell(self._subject("beat"), to_json(beat))
            await asyncio.sleep(BEAT_SECONDS)

    async def stop(self) -> None:
        """Answer no more."""
        for end in self._ends:
            await end()

    def _subject(self, what: str) -> str:
        return subject(self._gateway.shop, self._channel.account, what)

    def _late(self, question: Question) -> bool:
        return question.life != self._life or question.beat < self._beat - STALE_BEATS

    async def _send(self, data: bytes) -> bytes:
        question = QUESTION.validate_json(data)
        assert question.message is not None
        if self._late(question):
            return to_json(Reply(not_sent="it came too late"))
        try:
            sent = await self._channel.send(question.message)
        except NotSent as error:
            return to_json(Reply(not_sent=str(error) or "not sent"))
        except SendInDoubt as error:
            return to_json(Reply(doubt=str(error) or "in doubt"))
        except Exception as error:
            log.exception("the channel failed while sending", account=self._channel.account)
            return to_json(Reply(doubt=type(error).__name__))
        self._gateway.sent += 1
        return to_json(Reply(sent=sent))

    async def _dm(self, data: bytes) -> bytes:
        return to_json(Reply(yes=await self._channel.can_dm(QUESTION.validate_json(data).about)))

    async def _picture(self, data: bytes) -> bytes:
        """A clean copy, so that it is small enough; none when there is none."""
        if not isinstance(self._channel, ShowsPictures):
            return b""
        found = await self._channel.picture(QUESTION.validate_json(data).about)
        if found is None:
            return b""
        try:
            small = await asyncio.to_thread(cleaned, found)
        except NoPicture as error:
            log.info("no picture", why=str(error))
            return b""
        return small if len(small) <= LARGEST_PICTURE else b""

    async def _explain(self, data: bytes) -> None:
        explain = getattr(self._channel, "explain", None)
        if explain is not None:
            explain(*json.loads(data))
