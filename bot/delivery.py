"""Delivery: what was decided is sent, paced, retried, and never twice when that can be known.

One sender per chat account. A message is marked as being sent before the channel gets it; after a crash
such a message is in doubt until its echo comes back or the wait for it is over (contract §9.11).
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.channels import Channel, NotSent, Outgoing, SendInDoubt
from bot.clock import Clock
from bot.inbox import Inbox
from bot.log import get_logger
from handlers import Router, Turn
from storage.outbox import OutboxRow, Sending, Urgency
from storage.people import Person, Room

LEASE = timedelta(seconds=30)
"""A send takes no longer; past it the message is in doubt."""
ECHO_WAIT = timedelta(seconds=8)
"""So long an echo may take (the gateways measured need well under a second)."""
FRIEND_WAIT = timedelta(hours=72)
FRIEND_RETRY = timedelta(minutes=2)
POLL = 0.5

log = get_logger("delivery")


class Delivery:
    """The outlet of the real world: wakes a sender per account when something is to be said."""

    def __init__(self, channels: Sequence[Channel], clock: Clock) -> None:
        self.channels: Mapping[str, Channel] = {c.account: c for c in channels}
        self.clock = clock
        self.inbox: Inbox | None = None
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.sent = 0

    # -- outlet ----------------------------------------------------------------------------------

    def said(self, rows: Sequence[OutboxRow]) -> None:
        """Not yet kept."""

    def undone(self) -> None:
        """Nothing was sent before the commit."""

    def committed(self, rows: Sequence[OutboxRow]) -> None:
        """Something may be sent now."""
        self._wake.set()

    def explained(self, account: str, message_id: str, facts: dict[str, object]) -> None:
        """For a channel that shows why (the simulator)."""
        explain = getattr(self.channels.get(account), "explain", None)
        if explain is not None:
            explain(message_id, facts)

    # -- sending ---------------------------------------------------------------------------------

    def start(self, inbox: Inbox) -> None:
        """Begin to send what waits, also what an earlier process left."""
        self.inbox = inbox
        for channel in self.channels.values():
            self._tasks.append(asyncio.create_task(self._send_for(channel)))

    async def stop(self) -> None:
        """Stop sending; what waits is sent by the next process."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    async def _send_for(self, channel: Channel) -> None:
        await self._doubt_leftovers(channel)
        while True:
            try:
                row = self._next(channel)
                if row is None:
                    await self._sleep()
                    continue
                await self._handle(channel, row)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("sending failed")
                await asyncio.sleep(1)

    async def _sleep(self) -> None:
        self._wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL)

    def _rows(self, channel: Channel) -> list[OutboxRow]:
        assert self.inbox is not None
        rows = self.inbox.worker.shop.rows(OutboxRow)
        mine = rows.by("account", channel.account)
        if len(self.channels) == 1:  # the account may have got another name at login
            mine = list(rows)
        return sorted(mine, key=lambda row: (row.urgency != Urgency.HANDOFF, row.number))

    def _next(self, channel: Channel) -> OutboxRow | None:
        now = self.clock.now()
        if not channel.state().connected:
            return None
        ready = (Sending.PENDING, Sending.IN_DOUBT, Sending.WAITING_FRIEND, Sending.SENDING)
        for row in self._rows(channel):
            if row.state in ready and row.next_at <= now:
                return row
        return None

    async def _doubt_leftovers(self, channel: Channel) -> None:
        for row in self._rows(channel):
            if row.state == Sending.SENDING:
                await self._do("outbox.doubt", row)

    async def _handle(self, channel: Channel, row: OutboxRow) -> None:
        if row.state in (Sending.IN_DOUBT, Sending.SENDING):
            await self._do("outbox.settle", row)
            return
        if row.person_id is not None and not await channel.can_dm(row.person_id):
            await self._do("outbox.no_friend", row)
            return
        await self._do("outbox.start", row)
        if row.state != Sending.SENDING:  # decided otherwise meanwhile
            return
        await self._send(channel, row)

    async def _send(self, channel: Channel, row: OutboxRow) -> None:
        try:
            sent_id = await channel.send(outgoing(row))
        except NotSent as error:
            await self._do("outbox.failed", row, str(error)[:200])
        except SendInDoubt:
            await self._do("outbox.doubt", row)
        else:
            self.sent += 1
            await self._do("outbox.sent", row, sent_id)

    async def _do(self, name: str, row: OutboxRow, detail: str | None = None) -> None:
        assert self.inbox is not None
        await self.inbox.command(name, (row.number, detail))


def outgoing(row: OutboxRow) -> Outgoing:
    """The row as a channel wants it."""
    return Outgoing(
        key=row.idem_key,
        text=row.text,
        room=row.room_id,
        to=row.person_id,
        kind=row.kind,
        mentions=dict(row.mentions),
        path=row.path,
        url=row.url,
    )


sending = Router("sending", rank=100)
"""The outbox's own commands: each step of a send is a change of its row."""


def _row(turn: Turn, number: int) -> OutboxRow | None:
    return turn.rows(OutboxRow).get(number)


@sending.command("outbox.start")
async def start(turn: Turn, data: tuple[int, None]) -> None:
    """About to be handed over."""
    row = _row(turn, data[0])
    if row is not None and row.state in (Sending.PENDING, Sending.WAITING_FRIEND):
        row.start(turn.now, LEASE)


@sending.command("outbox.sent")
async def sent(turn: Turn, data: tuple[int, str | None]) -> None:
    """The channel took it."""
    row = _row(turn, data[0])
    if row is not None:
        row.sent(data[1])


@sending.command("outbox.failed")
async def failed(turn: Turn, data: tuple[int, str]) -> None:
    """It certainly did not go out."""
    row = _row(turn, data[0])
    if row is not None:
        row.failed(turn.now, data[1])


@sending.command("outbox.doubt")
async def doubt(turn: Turn, data: tuple[int, None]) -> None:
    """Nobody knows."""
    row = _row(turn, data[0])
    if row is not None and row.state == Sending.SENDING:
        row.doubt(turn.now, ECHO_WAIT)


@sending.command("outbox.settle")
async def settle(turn: Turn, data: tuple[int, None]) -> None:
    """No echo came in time."""
    row = _row(turn, data[0])
    if row is None:
        return
    if row.state == Sending.SENDING:
        row.doubt(turn.now, ECHO_WAIT)
    elif row.state == Sending.IN_DOUBT:
        row.settle(turn.now)


@sending.command("outbox.no_friend")
async def no_friend(turn: Turn, data: tuple[int, None]) -> None:
    """The person is no friend of the account: one neutral line in the group, and the message waits."""
    row = _row(turn, data[0])
    if row is None or row.person_id is None:
        return
    if turn.now - row.created_at > FRIEND_WAIT:
        row.state, row.problem = Sending.DEAD, "no friend within 72 h"
        return
    first = row.state != Sending.WAITING_FRIEND
    row.state, row.next_at = Sending.WAITING_FRIEND, turn.now + FRIEND_RETRY
    room_id = _room_of(turn, row.person_id)
    if first and room_id is not None and not _told(turn, row.person_id, turn.now):
        turn.say_in(room_id, "加我好友看详情", mention=(row.person_id,))


def _room_of(turn: Turn, person_id: str) -> str | None:
    person = turn.rows(Person).get(person_id)
    room_id = person.marks.get("room") if person else None
    return room_id if room_id and turn.rows(Room).get(room_id) else None


def _told(turn: Turn, person_id: str, now: datetime) -> bool:
    person = turn.person(person_id)
    last = person.marks.get("told_friend")
    if last is not None and now - datetime.fromisoformat(last) < FRIEND_WAIT:
        return True
    person.mark("told_friend", now.isoformat())
    return False
