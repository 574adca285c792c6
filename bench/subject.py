"""小团 as it is measured: a process of its own, JSON bytes in, JSON bytes out, everything in a SQLite file.

Parts are put together as the product does it; only the chat platform is missing, so a reply counts as
sent with the transaction that made it. Every subject of the bench takes the same arguments (`LOG STORE
OUTCOME`), writes what came of the log to OUTCOME and prints one JSON line of measurements.
"""

import argparse
import asyncio
import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.workload import taken_in
from bot import collector
from bot.channels import Incoming
from bot.clock import VirtualClock
from bot.config import config_from_mapping
from bot.core import build_worker, settings_of
from bot.inbox import Inbox
from bot.log import configure
from bot.state import shop_state
from storage.catalogue_files import read_catalogue
from storage.database import Database
from storage.ids import Ids
from storage.migrate import upgrade
from storage.outbox import OutboxRow
from storage.secrets import Vault
from storage.shop import all_models

ACCOUNT = "bench"
AFTERWARDS = timedelta(minutes=10)
"""Virtual time for what is held back: fragments of questions, digests."""


class Wire:
    """Where replies leave as bytes."""

    explains = False

    explains = False

    def __init__(self) -> None:
        self.sent = self.size = 0
        self.replied: dict[str, None] = {}

    def said(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            self.sent += 1
            row.sent(f"b{self.sent}")

    def undone(self) -> None:
        """Counted again with the next try."""

    def committed(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            line = {"room": row.room_id, "to": row.person_id, "text": row.text, "cause": row.cause}
            self.size += len(json.dumps(line, ensure_ascii=False).encode())
            self.replied[row.cause.rpartition(":")[2]] = None

    def explained(self, account: str, message_id: str, facts: dict[str, object]) -> None:
        """Nobody looks."""


class Subject:
    """One shop over a store."""

    def __init__(self, setup: dict[str, Any], base: Path, store: Path, synchronous: str) -> None:
        self.setup, self.base = setup, base
        self.database = Database(f"sqlite:///{store}", synchronous=synchronous)
        shop = {"name": setup["shop"], "facts": setup["facts"]}
        self.config = config_from_mapping({"shop": shop, **setup["config"]}, base, "bench")
        self.wire = Wire()

    async def start(self, now: datetime) -> None:
        """Everything that a start does until the first message may come."""
        all_models()
        await upgrade(self.database)
        self.clock = VirtualClock(now)
        self.worker = build_worker(
            settings_of(self.config),
            self.database,
            self.wire,
            ids=Ids(seed="bench"),
            started=self.clock.now(),
            default_account=ACCOUNT,
            vault=Vault(hashlib.sha256(b"bench").digest()),
        )
        await self.worker.open()
        self.inbox = Inbox(self.worker, self.clock)
        self.inbox.start()
        rooms = {room["room"]: room for room in self.setup["rooms"]}
        agents = {agent["id"]: agent["name"] for agent in self.setup["agents"]}
        people = {"rooms": rooms, "agents": agents, "agent_room": self.setup["agent_room"]}
        await self.inbox.command("configure", people)
        found = read_catalogue(self.base / self.setup["catalogue"])
        await self.inbox.command("import_catalogue", list(found.products))
        collector.settle()

    async def hear(self, lines: Iterable[bytes]) -> None:
        """Messages as they come from a wire; returns when all are decided and kept."""
        for number, raw in enumerate(lines):
            said = json.loads(raw)
            at = datetime.fromisoformat(said["at"])
            self.clock.move_to(at)
            await self.inbox.deliver(
                Incoming(
                    account=ACCOUNT,
                    id=said.get("id") or f"opening{number}",
                    room=said["room"],
                    sender=said["sender"],
                    text=said["text"],
                    at=at,
                )
            )
        await self.inbox.command("configure", {})  # answered when all before it is kept

    async def settle(self) -> None:
        """Let time pass, so that what waits is said."""
        self.clock.move_to(self.clock.now() + AFTERWARDS)
        await self.inbox.tick()
        await self.inbox.command("configure", {})

    async def outcome(self) -> dict[str, Any]:
        """What came of it, in the shape that the oracle is compared with."""
        state = await shop_state(self.worker.shop, self.clock.now())
        return {
            "taken": taken_in(state),
            "tickets": len(state["tickets"]),
            "replied": list(self.wire.replied),
        }

    async def stop(self) -> None:
        await self.inbox.stop()
        await self.database.close()


def cpu() -> float:
    """CPU seconds of this process and its children, from its start."""
    import psutil

    times = psutil.Process().cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def rss_mb() -> float:
    """Resident memory of this process, MB."""
    import psutil

    return float(psutil.Process().memory_info().rss / 1e6)


async def measured(options: argparse.Namespace) -> dict[str, float]:
    """Start, open, warm up, then the messages that count."""
    first, *lines = options.log.read_bytes().splitlines()
    opening = next((i for i, line in enumerate(lines) if b'"id"' in line), len(lines))
    cut = opening + options.warm
    before = cpu()  # the log is read by then: bytes on a wire cost no start
    subject = Subject(json.loads(first), options.log.parent, options.store, options.synchronous)
    start = datetime.fromisoformat(json.loads(lines[0])["at"])
    await subject.start(start)
    row = {"ready_cpu": cpu()}
    await subject.hear(lines[:cut])
    row["first_cpu"], row["rss_mb"] = cpu(), rss_mb()
    clock, spent = time.perf_counter(), cpu()
    await subject.hear(lines[cut:])
    await subject.settle()
    row |= {"cpu": cpu() - spent, "wall": time.perf_counter() - clock, "messages": len(lines) - cut}
    row |= {"rss_end_mb": rss_mb(), "sent": subject.wire.sent, "import_cpu": before}
    options.outcome.write_text(json.dumps(await subject.outcome(), ensure_ascii=False))
    await subject.stop()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("log", "store", "outcome"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--synchronous", default="FULL")
    parser.add_argument("--warm", type=int, default=0, help="messages before the measured ones")
    options = parser.parse_args()
    configure("ERROR")
    print(json.dumps(asyncio.run(measured(options))))


if __name__ == "__main__":
    main()
