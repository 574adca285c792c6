"""Delivery: what was decided is sent, in order, paced, retried, and never twice when that can be known.

One sender per chat account. A message is marked as being sent before the channel gets it; after a crash
such a message is in doubt until its echo comes back or the wait for it is over (contract §9.11).
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.channels import Channel, NotSent, Outgoing, SendInDoubt
from bot.clock import Clock
from bot.inbox import Inbox
from bot.log import get_logger
from bot.sending import ECHO_WAIT, LEASE
from storage.outbox import OutboxRow, Sending, Urgency
from storage.shop import Pace

POLL = 0.5
"""Seconds after which a sender looks again, whatever it was told."""
STOP_WAIT = 5.0
"""Seconds that a send under way may still take when the bot stops."""
PATIENT = 3
"""After so many failures a message lets later ones of its room pass."""

_UNSENT = (Sending.PENDING, Sending.IN_DOUBT, Sending.WAITING_FRIEND, Sending.SENDING)

log = get_logger("delivery")


class Delivery:
    """The outlet of the real world: wakes a sender per account when something is to be said."""

    def __init__(self, channels: Sequence[Channel], clock: Clock, *, poll: float = POLL) -> None:
        self.explains = any(hasattr(channel, "explain") for channel in channels)
        self.channels: Mapping[str, Channel] = {c.account: c for c in channels}
        self.clock, self._poll = clock, poll
        self.inbox: Inbox | None = None
        self.sent = 0
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

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

    # -- life ------------------------------------------------------------------------------------

    def start(self, inbox: Inbox) -> None:
        """Begin to send what waits, also what an earlier process left."""
        self.inbox, self._stopping = inbox, False
        for channel in self.channels.values():
            sender = _Sender(self, channel, inbox)
            self._tasks.append(asyncio.create_task(sender.run(), name=f"send {channel.account}"))

    async def stop(self) -> None:
        """Let the send under way end; what waits is sent by the next process."""
        self._stopping = True
        self._wake.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_WAIT)
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    @property
    def stopping(self) -> bool:
        """No further message is begun."""
        return self._stopping

    async def sleep(self) -> None:
        """Until something new is to be said, or for a moment."""
        self._wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._poll)


class _Sender:
    """Sends for one account."""

    def __init__(self, delivery: Delivery, channel: Channel, inbox: Inbox) -> None:
        self.delivery, self.channel, self.inbox = delivery, channel, inbox
        self.clock = delivery.clock
        self._free_at = self._after_restart()
        self._up_since: datetime | None = None
        self._pressing: set[int] = set()

    async def run(self) -> None:
        """Until the delivery stops; what goes wrong with one message stops no other."""
        await self._doubt_leftovers()
        while not self.delivery.stopping:
            try:
                row = self._next()
                if row is None:
                    await self.delivery.sleep()
                else:
                    await self._handle(row)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("sending failed", account=self.channel.account)
                await asyncio.sleep(1)

    def _after_restart(self) -> datetime:
        """What waited at the end of the last process goes on at the same pace."""
        shop, now = self.inbox.worker.shop, self.clock.now()
        pace = shop.rows(Pace).get(self.channel.account)
        return min(pace.free_at, now + shop.settings.pace) if pace is not None else now

    def _rows(self) -> list[OutboxRow]:
        rows = self.inbox.worker.shop.rows(OutboxRow).by("account", self.channel.account)
        # What is pressing takes what was said to the same person before along with it.
        called = {row.person_id for row in rows if row.urgency == Urgency.HANDOFF} - {None}
        self._pressing = {r.number for r in rows if r.urgency == Urgency.HANDOFF or r.person_id in called}
        return sorted(rows, key=lambda row: (row.number not in self._pressing, row.number))

    def _next(self) -> OutboxRow | None:
        now = self.clock.now()
        if not self._up(now):
            return None
        blocked: set[tuple[str | None, str | None]] = set()
        for row in self._rows():
            if row.state not in _UNSENT:
                continue
            place = (row.room_id, row.person_id)
            if place not in blocked and self._ready(row, now):
                return row
            if row.attempts <= PATIENT and row.state != Sending.WAITING_FRIEND:
                blocked.add(place)  # what was said first is read first
        return None

    def _up(self, now: datetime) -> bool:
        state = self.channel.state()
        if not (state.connected and state.logged_in):
            self._up_since = None
            return False
        self._up_since = self._up_since or now
        return True

    def _ready(self, row: OutboxRow, now: datetime) -> bool:
        if row.state in (Sending.IN_DOUBT, Sending.SENDING):
            # An echo can only come while the account is connected.
            return row.next_at <= now and (self._up_since or now) + ECHO_WAIT <= now
        first = row.attempts == 0 and row.state == Sending.PENDING
        if now < self._free_at:
            return False
        return row.next_at <= now or (first and row.number in self._pressing)

    async def _doubt_leftovers(self) -> None:
        for row in self._rows():
            if row.state == Sending.SENDING:
                await self._do("doubt", row)

    async def _handle(self, row: OutboxRow) -> None:
        if row.state in (Sending.IN_DOUBT, Sending.SENDING):
            await self._do("settle", row)
        elif row.person_id is not None and not await self._can_dm(row):
            await self._do("no_friend", row)
        elif await self._do("start", row):
            await self._send(row)

    async def _can_dm(self, row: OutboxRow) -> bool:
        assert row.person_id is not None
        try:
            async with asyncio.timeout(LEASE.total_seconds()):
                return await self.channel.can_dm(row.person_id)
        except Exception:
            log.exception("nobody knows whether a person can be written to", row=row.number)
            return True  # sending will tell

    async def _send(self, row: OutboxRow) -> None:
        self._free_at = self.clock.now() + self._pace()
        try:
            async with asyncio.timeout(LEASE.total_seconds()):
                sent_id = await self.channel.send(outgoing(row))
        except NotSent as error:
            log.info("not sent", row=row.number, cause=row.cause, problem=str(error)[:200])
            counts = self._up(self.clock.now())  # a message is not to blame for a lost connection
            await self._do("failed" if counts else "postponed", row, str(error)[:200])
        except SendInDoubt as error:
            log.warning("in doubt", row=row.number, cause=row.cause, problem=str(error)[:200])
            await self._do("doubt", row)
        except Exception as error:
            log.exception("the channel failed while sending", row=row.number, cause=row.cause)
            await self._do("doubt", row, type(error).__name__)
        else:
            self.delivery.sent += 1
            await self._do("sent", row, sent_id)

    def _pace(self) -> timedelta:
        return self.inbox.worker.shop.settings.pace

    async def _do(self, step: str, row: OutboxRow, detail: str | None = None) -> Any:
        """One step of the row's way, decided and kept like everything else."""
        return await self.inbox.command(f"outbox.{step}", (row.number, detail))


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
