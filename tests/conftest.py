"""Fixtures that every test may use."""

import os
from collections.abc import AsyncIterator

import pytest
from chat import Shop


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A shop at ten on a Thursday morning, with nothing open."""
    opened = await Shop().open()
    yield opened
    await opened.close()


@pytest.fixture
def prove() -> bool:
    """Whether the long runs go in full (`make prove`)."""
    return bool(os.environ.get("PROVE"))  # noqa: TID251


@pytest.fixture
def in_ci() -> bool:
    """Whether something that is missing must fail instead of skip."""
    return os.environ.get("CI") == "true"  # noqa: TID251
