"""One gateway for most tests, each in rooms of its own; those that end it start their own."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from gateway.driver import Gateway
from gateway.ears import Ears, listening

_count = itertools.count(1)

MakeRoom = Callable[..., Awaitable[str]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was skipped, and how to get it."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if "gateway" in report.keywords and isinstance(report.longrepr, tuple)
    ]
    if skipped:
        why = str(skipped[0].longrepr[2]).removeprefix("Skipped: ")
        terminalreporter.write_line(f"skipped {len(skipped)} tests on the Wechaty gateway: {why}")


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    started = Gateway(tmp_path_factory.mktemp("gateway"))
    started.start_now()
    yield started
    started.stop_now()


@pytest.fixture
def own_gateway(tmp_path: Path) -> Iterator[Gateway]:
    """One that may be killed; not started yet."""
    own = Gateway(tmp_path / "gateway")
    yield own
    own.stop_now()


@pytest.fixture
async def ears(gateway: Gateway, tmp_path: Path) -> AsyncIterator[Ears]:
    async with listening(gateway, tmp_path) as ears:
        yield ears


@pytest.fixture
async def room(gateway: Gateway) -> str:
    """A room of this test: 果园一群 of 小美 (lead), with 小陈 (u1) and 老王 (u2)."""
    return await make_room(gateway)


async def make_room(gateway: Gateway) -> str:
    id = f"room{next(_count)}@chatroom"
    await gateway.add_room(id, "果园一群", owner="lead", members={"lead": "小美", "u1": "小陈", "u2": "老王"})
    return id
