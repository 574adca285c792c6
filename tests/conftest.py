"""Fixtures that every test may use."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from chat import Shop
from servers import Postgres, emptied, postgres

from storage.database import Database
from storage.shop import all_models

BOTH = ("sqlite", "postgresql")
TRANSCRIPTS = ("test_group_buys", "test_jielong", "test_deals", "test_calling", "test_intake", "test_chasing")
"""Chats that go on both databases, too; `make prove` plays all of them on both."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of storage, the main transcripts, and those marked so go on both databases."""
    if "engine" not in metafunc.fixturenames:
        return
    path = metafunc.definition.path
    chosen = path.parent.name == "storage" or metafunc.definition.get_closest_marker("both_databases")
    played = "handlers" in path.parts and (path.stem in TRANSCRIPTS or os.environ.get("PROVE"))  # noqa: TID251
    if chosen or played:
        metafunc.parametrize("engine", BOTH)


@pytest.fixture
def engine() -> str:
    """The database that a test runs on; SQLite where nothing else was asked for."""
    return "sqlite"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server, started by the first test that needs one."""
    with postgres() as server:
        yield server


@pytest.fixture
def address(engine: str, request: pytest.FixtureRequest) -> str:
    """Where the test's database is."""
    if engine == "sqlite":
        return "sqlite://"
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.shared


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """An empty store with all tables."""
    opened = Database(address, synchronous="OFF")
    all_models()
    if opened.in_memory:
        await opened.create()
    yield opened
    if not opened.in_memory:
        await emptied(opened)
    await opened.close()


@pytest.fixture
def empty_postgres(postgres_server: Postgres) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    made = asyncio.run(postgres_server.empty())
    yield made
    asyncio.run(postgres_server.drop(made))


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop at ten on a Thursday morning, with nothing open."""
    return await Shop(database=database).open()


@pytest.fixture
def prove() -> bool:
    """Whether the long runs go in full (`make prove`)."""
    return bool(os.environ.get("PROVE"))  # noqa: TID251


@pytest.fixture
def in_ci() -> bool:
    """Whether something that is missing must fail instead of skip."""
    return os.environ.get("CI") == "true"  # noqa: TID251
