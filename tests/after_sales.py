"""What tests of after-sales ask a shop: what was said to whom, and how the tickets stand."""

from typing import Any

from chat import Shop

ROOM = "r-agents"
Said = list[dict[str, Any]]


def to(said: Said, who: str) -> str:
    """What one person was told in private."""
    return "\n".join(line["text"] for line in said if line["to"] == who)


def in_room(said: Said, room: str = "r1") -> str:
    """What a room was told."""
    return "\n".join(line["text"] for line in said if line["room"] == room)


def told(said: Said) -> str:
    """What the agents were told."""
    return in_room(said, ROOM)


def outside(said: Said) -> Said:
    """What anybody but agents could read."""
    return [line for line in said if line["room"] != ROOM]


def of_timer(said: Said, timer: str) -> Said:
    """What a timer of this kind had the bot say."""
    return [line for line in said if line["cause"] == f"timer:{timer}"]


async def asks(shop: Shop, who: str, words: str) -> Said:
    """A question in the group, with the time that fragments are waited for."""
    return await shop.say(who, words) + await shop.passes(seconds=3)


async def agent(shop: Shop, text: str, who: str = "客服小周") -> Said:
    """An agent's words in the agents' room."""
    return await shop.say(who, text, room=ROOM)


async def tickets(shop: Shop) -> list[dict[str, Any]]:
    """Every ticket as contract §3 shows it."""
    return (await shop.state())["tickets"]


async def ticket(shop: Shop, number: int = 101) -> dict[str, Any]:
    """One of them."""
    return next(t for t in await tickets(shop) if t["number"] == f"A{number}")


async def resolved(shop: Shop, words: str = "人工") -> None:
    """老周 was helped, and the agent has closed the case."""
    await shop.say("老周", words)
    await agent(shop, "A101 给您处理好了")
    await agent(shop, "A101 完成")
