"""JetStream as the bus: workers killed, the server killed, the same thing sent twice, poison."""

import asyncio
import json
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import nats as client
import pytest

from bot.broker import Envelope
from bot.broker.connection import Connection, Unreachable
from bot.broker.nats import DELIVERIES, NatsBus
from bot.broker.subjects import partition_of, subject_of
from bot.broker.wire import packed, unpacked
from bot.channels import Incoming

if TYPE_CHECKING:
    from conftest import Nats

AT = datetime(2026, 5, 21, 2, tzinfo=UTC)
WORKER = Path(__file__).with_name("worker_process.py")
HANG_SECONDS = 120.0


def said(number: int, text: str, sender: str = "lead") -> Envelope:
    at = AT + timedelta(seconds=number)
    key = f"m{number}"
    event = Incoming(
        account="test", id=key, room="r1", sender=sender, name=sender, text=text, at=at, room_owner="lead"
    )
    return Envelope("shop", f"test:{key}", at, event)


@pytest.fixture
async def bus(nats: "Nats") -> AsyncIterator[NatsBus]:
    connection = Connection(nats.url)
    connection.start()
    made = NatsBus(connection, ack_wait=1.0)
    yield made
    await made.stop()
    await connection.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        while not true():  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.05)


class Workers:
    """Worker processes over one store."""

    def __init__(self, url: str, store: Path) -> None:
        self.url, self.store = url, store

    async def start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(WORKER), self.url, str(self.store), AT.isoformat(),
            stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3],
        )  # fmt: skip
        assert process.stdout is not None
        async with asyncio.timeout(HANG_SECONDS):
            assert await process.stdout.readline() == b"ready\n"
        return process

    def booked(self) -> dict[str, dict[str, str]]:
        if not self.store.exists():
            return {}
        with sqlite3.connect(self.store) as connection:
            rows = connection.execute("SELECT buyer_id, items FROM signup WHERE tenant_id = 'shop'")
            return {buyer: json.loads(items) for buyer, items in rows}

    def ledger(self) -> list[str]:
        with sqlite3.connect(self.store) as connection:
            return [row[0] for row in connection.execute("SELECT message FROM ledgerentry ORDER BY id")]


async def test_a_killed_worker_loses_nothing_and_counts_nothing_twice(
    nats: "Nats", bus: NatsBus, tmp_path: Path
) -> None:
    workers = Workers(nats.url, tmp_path / "store.db")
    opening = "开团\n阳山水蜜桃\nA 大果 30元/份\nB 小果 20元/份\n6月30日20点截止，自提3号楼"
    process = await workers.start()
    await bus.publish(said(1, opening))
    await bus.publish(said(2, "开团"))
    orders = [said(10 + n, f"A{1 + n % 3}", f"p{n}") for n in range(60)]
    sending = asyncio.create_task(_one_by_one(bus, orders))
    for kill_at in (5, 20, 40):
        await until(lambda at=kill_at: len(workers.booked()) >= at)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        await process.wait()
        process = await workers.start()
    await sending
    await until(lambda: len(workers.booked()) == 60)
    process.kill()
    await process.wait()
    assert workers.booked() == {f"p{n}": {"A": str(1 + n % 3)} for n in range(60)}
    assert workers.ledger() == [f"test:m{10 + n}" for n in range(60)]


async def _one_by_one(bus: NatsBus, envelopes: Sequence[Envelope]) -> None:
    for one in envelopes:
        await bus.publish(one)


async def test_the_same_message_sent_again_is_stored_once(nats: "Nats", bus: NatsBus) -> None:
    for _ in range(3):
        await bus.publish(said(1, "+1"))
    connection = await client.connect(nats.url)
    stored = await connection.jetstream().stream_info("MSG")
    await connection.close()
    assert stored.state.messages == 1


async def test_a_killed_server_is_waited_for(nats: "Nats", bus: NatsBus) -> None:
    await bus.publish(said(1, "+1"))
    nats.kill()
    await until(lambda: bus.connection.trouble() is not None)
    waiting = asyncio.create_task(bus.publish(said(2, "+1")))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    nats.start()
    async with asyncio.timeout(HANG_SECONDS):
        await waiting
    assert bus.connection.trouble() is None
    got: list[str] = []
    await _handled(bus, got, 2)
    assert got == ["test:m1", "test:m2"]


async def _handled(bus: NatsBus, got: list[str], count: int) -> None:
    async def handle(envelopes: Sequence[Envelope]) -> None:
        got.extend(one.key for one in envelopes)

    task = asyncio.create_task(bus.run("shop", handle))
    await until(lambda: len(got) >= count)
    await asyncio.sleep(0.2)  # the word that it was handled goes out
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("data", [b"no envelope", packed([said(7, "毒")])])
async def test_poison_is_put_aside_and_the_shop_goes_on(
    nats: "Nats", bus: NatsBus, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.broker.nats.AGAIN_SECONDS", 0.01)
    connection = await client.connect(nats.url)
    stream = connection.jetstream()
    await bus.stream()
    await stream.publish(subject_of("shop"), data)
    await bus.publish(said(8, "+1"))
    calls: list[str] = []

    async def handle(envelopes: Sequence[Envelope]) -> None:
        calls.extend(one.key for one in envelopes)
        if envelopes[0].key == "test:m7":
            raise RuntimeError("poison")

    task = asyncio.create_task(bus.run("shop", handle))
    await until(lambda: "test:m8" in calls)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    dead = await stream.get_last_msg("DEAD", subject_of("shop", "DEAD"))
    await connection.close()
    assert dead.data == data
    assert calls.count("test:m7") == (DELIVERIES if data.startswith(b"[") else 0)


async def test_a_server_that_is_not_there_yet_is_waited_for(nats: "Nats") -> None:
    nats.kill()
    connection = Connection(nats.url)
    connection.start()
    bus, got = NatsBus(connection), list[str]()
    publishing = asyncio.create_task(bus.publish(said(1, "+1")))
    handling = asyncio.create_task(_handled(bus, got, 1))
    await asyncio.sleep(0.5)
    assert "is not connected" in (connection.trouble() or "")
    with pytest.raises(Unreachable):
        await connection.ask("anybody", b"?", 1)
    nats.start()
    async with asyncio.timeout(HANG_SECONDS):
        await publishing
        await handling
    assert (connection.trouble(), got) == (None, ["test:m1"])
    await bus.stop()
    await connection.stop()


async def test_a_server_that_keeps_nothing_is_told(nats: "Nats", bus: NatsBus) -> None:
    nats.kill()
    nats.start(jetstream=False)
    publishing = asyncio.create_task(bus.publish(said(1, "+1")))
    await until(lambda: (bus.trouble() or "").startswith("the broker carries nothing"))
    nats.kill()
    nats.start()
    async with asyncio.timeout(HANG_SECONDS):
        await publishing
    assert bus.trouble() is None


def test_partitions_are_the_same_everywhere() -> None:
    assert partition_of("shop") == 34
    assert subject_of("果园").split(".")[1] == str(partition_of("果园"))
    assert unpacked("shop", packed([said(1, "+1")])) == [said(1, "+1")]
