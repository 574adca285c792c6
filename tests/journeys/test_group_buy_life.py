"""The whole life of a group buy in the simulator: the real app on its sample shop, its clock moved on."""

from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from lives import GROUP, Life

from bot.app import App
from bot.channels.simulator import SimulatorChannel
from bot.config import load_config, override
from bot.state import shop_state

ROOM = "r-fruit"


class InTheSimulator:
    """The first group of the sample world."""

    deadline = "今天20点"

    def __init__(self, app: App) -> None:
        (channel,) = app.channels
        assert isinstance(channel, SimulatorChannel)
        self.simulator = channel
        self.ids = {person.name: person.id for person in channel.world.people}

    async def say(self, who: str, text: str) -> str:
        return await self.simulator.say(self.ids[who], ROOM, text)

    async def recall(self, who: str, message: str) -> None:
        await self.simulator.recall(self.ids[who], message)

    def said(self, place: str) -> list[str]:
        lines = [line for line in self.simulator.story.after(0) if line.sender == "bot"]
        if place == GROUP:
            return [line.text.replace("\u2005", " ") for line in lines if line.room == ROOM]
        return [line.text for line in lines if line.room is None and line.person == self.ids[place]]

    async def deadline_comes(self) -> None:
        self.simulator.move_to(time(20))


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    changes: dict[str, Any] = {
        "database": f"sqlite:///{tmp_path}/xiaotuan.db",
        "data_dir": str(tmp_path),
        "digest_seconds": 1,
        "http": {"port": 0},
        "pace": {"seconds_between_sends": 0.05, "daily_messages_per_room": 500},
    }
    app = App(override(load_config(None, environ={}), changes, tmp_path, "config.yaml"))
    await app.start()
    yield app
    await app.stop()


async def test_a_group_buy_from_the_paragraph_to_the_last_pickup(app: App) -> None:
    stage = InTheSimulator(app)
    stage.simulator.move_to(time(9), tomorrow=True)
    life = Life(stage)
    await life.whole()
    life.ended(await shop_state(app.worker.shop, app.clock.now()))
