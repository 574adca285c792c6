"""The store from outside: its state, its migrations, its backups."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands._common import ConfigFile, json_text, say

commands = typer.Typer()
database_commands = typer.Typer()
BackupFile = Annotated[Path, typer.Argument(help="The backup.")]


@commands.command()
def state(config: ConfigFile = None) -> None:
    """The live store as JSON: group buys, tickets, posts, timers, unanswered questions."""
    from bot.log import configure

    configure("WARNING")
    say(json_text(asyncio.run(_state(config)), indent=1))


async def _state(config: Path | None) -> dict[str, Any]:
    from bot.clock import RealClock
    from bot.config import load_config
    from bot.offline import reading
    from bot.state import shop_state

    async with reading(load_config(config)) as shop:
        return await shop_state(shop, RealClock().now())


@database_commands.command()
def upgrade(config: ConfigFile = None) -> None:
    """Bring the store to the shape that this version knows."""
    from bot.config import load_config
    from bot.offline import database_of
    from storage.migrate import head
    from storage.migrate import upgrade as bring_up

    async def work() -> None:
        async with database_of(load_config(config)) as database:
            await bring_up(database)

    asyncio.run(work())
    say(f"the store is at revision {head()}")


@database_commands.command()
def backup(file: BackupFile, config: ConfigFile = None) -> None:
    """A consistent copy of a SQLite store, also while the bot runs."""
    from bot.config import load_config
    from storage.backups import backup as copy

    copy(load_config(config).database, file)
    say(f"copied to {file}")


@database_commands.command()
def restore(file: BackupFile, config: ConfigFile = None) -> None:
    """Put a backup in place of the store; what stood there is kept beside it."""
    from bot.config import load_config
    from storage.backups import restore as bring_back

    kept = bring_back(load_config(config).database, file)
    say(f"restored from {file}" + (f"; what stood there is {kept}" if kept else ""))
