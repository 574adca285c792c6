"""The inbox: everything in one queue, in order; timers wait for the messages of an outage."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels import Incoming, Joined, Quote
from bot.clock import VirtualClock
from bot.hygiene import storable
from bot.inbox import NO_TIMERS, Inbox
from bot.worker import BATCH, Command, Entry, Look, Tick

NOW = datetime(2026, 5, 21, 2, tzinfo=UTC)


class Recorder:
    """Takes the worker's place behind the inbox: writes down what comes, and answers commands."""

    def __init__(self) -> None:
        self.batches: list[list[Entry]] = []
        self.stuck = asyncio.Event()
        self.stuck.set()
        self.fails = False
        self.poison: str | None = None
        self.opened = 0

    async def open(self) -> None:
        self.opened += 1

    async def work(self, entries: Sequence[Entry]) -> None:
        await self.stuck.wait()
        self.batches.append(list(entries))
        if self.fails:
            raise RuntimeError("batch lost")
        if any(isinstance(each.what, Incoming) and each.what.id == self.poison for each in entries):
            raise RuntimeError("poison")
        for entry in entries:
            if isinstance(entry.what, Command):
                entry.what.done.set_result(entry.what.data)

    @property
    def entries(self) -> list[Entry]:
        return [entry for batch in self.batches for entry in batch]


def message(number: int, **more: object) -> Incoming:
    values = {"at": NOW, "text": "x", **more}
    return Incoming(account="a", id=str(number), room="r", sender="u", **values)  # type: ignore[arg-type]


def opened(worker: Recorder) -> Inbox:
    return Inbox(worker, VirtualClock(NOW))  # type: ignore[arg-type]


async def test_what_waits_goes_together_and_in_order() -> None:
    worker = Recorder()
    inbox = opened(worker)
    for number in range(BATCH + 5):
        await inbox.deliver(message(number))
    inbox.start()
    await inbox.stop()
    assert [len(batch) for batch in worker.batches] == [BATCH, 5]
    ids = [entry.what.id for entry in worker.entries if isinstance(entry.what, Incoming)]
    assert ids == [str(number) for number in range(BATCH + 5)]


async def test_timers_wait_for_messages_that_were_said_before_them() -> None:
    worker = Recorder()
    inbox = opened(worker)
    inbox.start()
    earlier = NOW - timedelta(minutes=5)
    await inbox.deliver(message(1, at=earlier))
    await inbox.deliver(message(2, at=NOW + timedelta(seconds=5)))
    await inbox.tick()
    await inbox.look()
    assert await inbox.command("x", 7) == 7
    assert [entry.upto for entry in worker.entries] == [earlier, NOW, NOW, NO_TIMERS, NO_TIMERS]
    assert all(entry.now == NOW for entry in worker.entries)
    assert [type(entry.what) for entry in worker.entries] == [Incoming, Incoming, Tick, Look, Command]
    await inbox.stop()


async def test_a_lost_batch_is_told_to_who_waits_and_the_next_one_goes_on() -> None:
    worker = Recorder()
    inbox = opened(worker)
    inbox.start()
    worker.fails = True
    with pytest.raises(RuntimeError, match="the command failed"):
        await inbox.command("x", 1)
    worker.fails = False
    assert await inbox.command("x", 2) == 2
    await inbox.stop()


async def test_what_breaks_a_batch_hurts_no_other_entry_of_it() -> None:
    worker = Recorder()
    inbox = opened(worker)
    worker.poison = "1"
    for number in range(3):
        await inbox.deliver(message(number))
    inbox.start()
    await inbox.settled()
    assert [[each.what.id for each in batch if isinstance(each.what, Incoming)] for batch in worker.batches][
        :4
    ] == [["0", "1", "2"], ["0"], ["1"], ["2"]]
    assert (worker.opened, inbox.lost) == (2, 1)
    await inbox.stop()


async def test_nobody_waits_for_ever_when_it_stops() -> None:
    worker = Recorder()
    inbox = opened(worker)
    inbox.start()
    worker.stuck.clear()
    first = asyncio.create_task(inbox.command("x", 1))
    await asyncio.sleep(0)
    second = asyncio.create_task(inbox.command("x", 2))
    await asyncio.sleep(0)
    inbox.patience = 0.05
    await inbox.stop()
    for waiting in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await inbox.stop()


def test_what_no_database_can_hold_is_taken_out() -> None:
    odd = message(1, text="a\0b\ud83d", name="\ud800", mentions=("x\0", "y"), quote=Quote(text="\0"))
    clean = storable(odd)
    assert (clean.text, clean.name, clean.mentions) == ("a\ufffdb\ufffd", "\ufffd", ("x\ufffd", "y"))
    assert clean.quote == Quote(text="\ufffd")
    joined = Joined(account="a", room="r", members={"u\0": "小\0陈", "v": None}, at=NOW)
    assert storable(joined).members == {"u\ufffd": "小\ufffd陈", "v": None}


def test_what_is_clean_stays_the_same_object() -> None:
    plain = message(1, text="你好 😀", name="小陈", mentions=("bot",), quote=Quote(text="x"))
    assert storable(plain) is plain
