"""Migrations: bringing a store to the shape that this version knows."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.errors import StorageError

FOLDER = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest revision there is: the last file by name."""
    names = sorted(path.stem for path in (FOLDER / "versions").glob("[0-9]*.py"))
    return names[-1].partition("_")[0]


async def current(database: Database) -> str | None:
    """The revision of the store; None for an empty one. Raises StorageError when it cannot be opened."""
    try:
        return await database.run(_current)
    except (DBAPIError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        raise StorageError(f"database {database.shown}: {reason}") from error


async def upgrade(database: Database) -> None:
    """Bring the store to the newest revision; quick when it is there already. Raises StorageError."""
    found = await current(database)
    if found == head():
        return
    _refuse_newer(found)
    try:
        await database.run(_upgrade)
    except DBAPIError:
        if await current(database) != head():  # else another process was just faster
            raise


async def check_current(database: Database) -> None:
    """Refuse a store of another shape, for those who only look. Raises StorageError."""
    found = await current(database)
    _refuse_newer(found)
    if found != head():
        raise StorageError(f"database {database.shown} is of an older version: run `xiaotuan db upgrade`")


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > head():
        raise StorageError(
            f"the store is of a newer version ({found}): update 小团, or restore an older backup"
        )


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    move(connection, "head")


def move(connection: Connection, revision: str) -> None:
    """Upgrade to a revision (`head`), or downgrade to an earlier one (`base`)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    step = command.upgrade if revision == "head" else command.downgrade
    step(config, revision)
