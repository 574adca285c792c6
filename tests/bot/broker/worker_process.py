"""A worker of its own: takes a shop's messages from the bus and decides them over a SQLite file."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime

from bot.broker import Envelope
from bot.broker.connection import Connection
from bot.broker.nats import NatsBus
from bot.channels import Incoming
from bot.core import build_worker
from bot.offline import Later
from bot.worker import Entry
from storage.database import Database
from storage.ids import Ids
from storage.migrate import upgrade
from storage.settings import Settings
from storage.shop import all_models


async def main(url: str, store: str, started: str) -> None:
    all_models()
    database = Database(f"sqlite:///{store}")
    await upgrade(database)
    worker = build_worker(
        Settings(),
        database,
        Later(),
        ids=Ids(),
        started=datetime.fromisoformat(started),
        default_account="test",
    )
    await worker.open()
    connection = Connection(url)
    connection.start()
    bus = NatsBus(connection, ack_wait=1.0)

    async def handle(envelopes: Sequence[Envelope]) -> None:
        for one in envelopes:
            if isinstance(one.event, Incoming):
                await worker.work([Entry(one.event, one.heard, one.event.at)])

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await bus.run("shop", handle)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
