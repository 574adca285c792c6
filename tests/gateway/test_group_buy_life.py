"""The whole life of a group buy on the real gateway, on the real clock, through two kills of the bot."""

from pathlib import Path

import pytest
from gateway.whole import Bot, clock_ahead, town
from lives import BUYERS, GROUP, LEADER, Life

pytestmark = pytest.mark.gateway

ROOM = "r1@chatroom"
IDS = {name: f"wxid_{index}" for index, name in enumerate((LEADER, *BUYERS))}


class OnTheGateway:
    """A group on WeChat."""

    def __init__(self, bot: Bot) -> None:
        self.gateway = bot.gateway
        then = clock_ahead(60)
        self.deadline = f"今天{then.hour}点{then.minute}分"

    async def say(self, who: str, text: str) -> str:
        return await self.gateway.say(ROOM, IDS[who], text)

    async def recall(self, who: str, message: str) -> None:
        await self.gateway.recall(ROOM, message, IDS[who])

    def said(self, place: str) -> list[str]:
        if place != GROUP:
            return self.gateway.sent(IDS[place])
        return [text.replace("\u2005", " ") for text in self.gateway.sent(ROOM)]

    async def deadline_comes(self) -> None:
        """It comes by itself."""


async def test_a_group_buy_from_the_paragraph_to_the_last_pickup(tmp_path: Path) -> None:
    async with town(tmp_path, rooms=[{"match": {"topic": "果园一群"}}]) as bot:
        for name, id in IDS.items():
            await bot.gateway.add_person(id, name, friend=True)
        members = {id: name for name, id in IDS.items()}
        await bot.gateway.add_room(ROOM, "果园一群", owner=IDS[LEADER], members=members)
        await bot.start()
        life = Life(OnTheGateway(bot))
        await life.opened()
        await life.signed_up()
        await bot.kill()
        await bot.start()
        await life.closed()
        await life.paid()
        await bot.kill()
        await bot.start()
        await life.delivered()
        await life.fetched()
        life.ended(await bot.state())
