"""Questions to a shop that has something on offer, and what it says in the moments after."""

from typing import Any

from chat import Shop

STRAWBERRIES = "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\n周五20:00截止，20盒成团，周六上午到"
TWO = "开团\n周六草莓\nA 红颜草莓 2斤/盒 39.9元\nB 土鸡蛋 30枚/板 28.8元\n周五20:00截止，20盒成团，周六上午到"


async def opens(shop: Shop, text: str = STRAWBERRIES, room: str = "r1") -> None:
    await shop.say("团长小美", text, room=room)
    await shop.passes(seconds=5)
    await shop.say("团长小美", "开团", room=room)
    await shop.passes(seconds=30)


async def asks(shop: Shop, who: str, text: str, **more: Any) -> list[str]:
    """What the bot says to a question and in the moments after it."""
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [shop.written(line) for line in said]
