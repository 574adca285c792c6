"""The store without the bot: commands look at it, or submit a change of their own to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.clock import RealClock
from bot.config import Config
from bot.core import TENANT, build_worker, settings_of, vault_of
from bot.worker import Command, Entry
from storage.database import Database
from storage.ids import Ids
from storage.migrate import check_current, upgrade
from storage.outbox import OutboxRow
from storage.shop import Shop, all_models

NO_TIMERS = datetime.min.replace(tzinfo=UTC)
"""What fell due is the running bot's business: after an outage it hears the messages first."""


@asynccontextmanager
async def database_of(config: Config) -> AsyncIterator[Database]:
    """The store that the config names, given back at the end."""
    database = Database(config.database)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def reading(config: Config) -> AsyncIterator[Shop]:
    """The shop as it is stored, to look at. Makes and migrates nothing; no store is an empty one."""
    missing = Database.missing_file(config.database) is not None
    database = Database("sqlite://" if missing else config.database)
    try:
        if database.in_memory:
            all_models()
            await database.create()
        else:
            await check_current(database)
        shop = Shop(TENANT, settings_of(config), database, Ids())
        await shop.open()
        yield shop
    finally:
        await database.close()


async def submitted(config: Config, name: str, data: Any) -> Any:
    """Have a command decided on the store, also while a bot runs on it: who comes second reads again."""
    async with database_of(config) as database:
        await upgrade(database)
        now = RealClock().now()
        worker = build_worker(
            settings_of(config),
            database,
            Later(),
            ids=Ids(),
            started=now,
            default_account="",
            vault=vault_of(config),
        )
        await worker.open()
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await worker.work([Entry(Command(name, data, done), now, NO_TIMERS)])
        return await done


class Later:
    """The outlet of a process that sends nothing: what it says is a row that the bot will send."""

    explains = False

    def said(self, rows: Sequence[OutboxRow]) -> None:
        """Not ours to send."""

    def undone(self) -> None:
        """Nothing was sent."""

    def committed(self, rows: Sequence[OutboxRow]) -> None:
        """The bot finds it when it reads the shop again."""

    def explained(self, account: str, message_id: str, facts: dict[str, object]) -> None:
        """Nobody looks."""
