"""A desk over a shop in which three people have complained, each somewhere else."""

from collections.abc import AsyncIterator

import pytest
from chat import Shop
from desks import Office

OPENING = "开团\n周六水果\nA 红颜草莓 2斤/盒 39.9元 限100盒\nB 土鸡蛋 30枚/板 28.8元\n明晚8点截止，3号楼自提"


@pytest.fixture
async def office(shop: Shop) -> AsyncIterator[Office]:
    """A101 of 小陈 in 果园一群, A102 of 王姐 in 果园二群, A103 of 老周 in private."""
    agents = {"u-agent": "客服小周", "u-agent2": "客服小吴"}
    second = {"r2": {"name": "果园二群", "leaders": ["u-lead2"]}}
    await shop.command("configure", {"rooms": second, "agents": agents, "agent_room": "r-agents"})
    await shop.say("团长小美", OPENING)
    await shop.say("团长小美", "开团")
    await shop.say("小陈", "A2")
    await shop.passes(seconds=5)
    await shop.say("小陈", "草莓烂了一半，怎么办")
    await shop.passes(seconds=5)
    await shop.say("王姐", "人工", room="r2", mentions=("bot",))
    await shop.passes(seconds=5)
    await shop.say("老周", "人工", room=None)
    await shop.passes(seconds=5)
    opened = await Office(shop).open()
    yield opened
    await opened.close()
