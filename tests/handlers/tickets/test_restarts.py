"""A restart between any two steps of a case changes nothing."""

import re
from collections.abc import AsyncIterator

import pytest
from after_sales import tickets
from chat import Shop

STORY = (
    ("小陈", "草莓烂了一半", "r1"),
    ("小陈", "没有", None),
    ("小陈", "1", None),
    ("客服小周", "接 A101", "r-agents"),
    ("客服小周", "A101 给您退", "r-agents"),
    ("小陈", "好的谢谢", None),
    ("客服小周", "A101 完成", "r-agents"),
    ("小陈", "3", None),
    ("客服小吴", "接 A101", "r-agents"),
    ("客服小吴", "A101 完成", "r-agents"),
    ("小陈", "满意", None),
)


async def _story(shop: Shop, cut: int | None) -> tuple[list[str], list[dict]]:
    heard: list[str] = []
    for step, (who, words, room) in enumerate(STORY):
        if step == cut:
            await shop.restart()
        said = await shop.say(who, words, room=room) + await shop.passes(seconds=20)
        # Recent talk is memory: a restart may lose it, and nothing else.
        heard += [re.sub(r"\n之前：[^\n]*", "", shop.written(line)) for line in said]
    return heard, await tickets(shop)


@pytest.fixture
async def shops() -> AsyncIterator[list[Shop]]:
    made: list[Shop] = []
    yield made
    for shop in made:
        await shop.close()


async def test_a_restart_between_any_two_steps_changes_nothing(shops: list[Shop]) -> None:
    results = []
    for cut in (None, *range(1, len(STORY))):
        shops.append(await Shop().open())
        results.append(await _story(shops[-1], cut))
    assert all(result == results[0] for result in results)
    assert results[0][1][0]["state"] == "resolved"
