"""Help by role, in six lines at most, and one short line for small talk."""

from typing import Any

import pytest
from chat import Shop

from handlers.help import LINES, lines_for


async def told(shop: Shop, who: str, text: str, **more: Any) -> list[str]:
    said = await shop.say(who, text, **more)
    said += await shop.passes(seconds=3)
    return [line["text"] for line in said]


@pytest.mark.parametrize("text", ["小团能干嘛", "@小团 你会什么", "@小团 帮助", "@小团 怎么用你"])
async def test_the_menu_on_demand(shop: Shop, text: str) -> None:
    mentions = ("bot",) if text.startswith("@") else ()
    said = await told(shop, "小陈", text, mentions=mentions)
    assert len(said) == 1
    assert len(said[0].split("\n")) <= LINES
    for word in ("+1", "我的单", "人工"):
        assert word in said[0]


@pytest.mark.parametrize("role", ["buyer", "leader", "agent"])
def test_every_role_has_its_own_lines(role: str) -> None:
    lines = lines_for(role)
    assert 1 <= len(lines) <= LINES
    assert len(set(lines)) == len(lines)


async def test_a_leader_reads_of_leading(shop: Shop) -> None:
    said = await told(shop, "团长小美", "帮助", room=None)
    assert "推送" in said[0]
    assert "截单" in said[0]


async def test_nobody_asked_nobody_is_told(shop: Shop) -> None:
    assert await told(shop, "小陈", "帮助别人快乐自己") == []
    assert await told(shop, "小陈", "你能干嘛") == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("@小团 你真聪明", "谢谢～有事喊小团。"),
        ("@小团 谢谢", "不客气～"),
        ("@小团 早上好", "在呢，有事直接说～"),
        ("@小团 你是真人吗", "我是机器人小团，喊「人工」找真人。"),
        ("@小团 你是机器人吧", "我是机器人小团，喊「人工」找真人。"),
        ("@小团 讲个笑话", "这个我不会，买东西的事我在行～"),
    ],
)
async def test_small_talk_is_one_short_line(shop: Shop, text: str, answer: str) -> None:
    """A15, P21."""
    assert await told(shop, "小陈", text, mentions=("bot",)) == [answer]


@pytest.mark.parametrize("text", ["你真聪明", "谢谢", "早上好", "辛苦了", "你是真人吗", "晚安"])
async def test_between_neighbours_it_is_theirs(shop: Shop, text: str) -> None:
    assert await told(shop, "小陈", text) == []


async def test_the_same_small_talk_twice_is_answered_once(shop: Shop) -> None:
    await shop.plays("""
        小陈：@小团 谢谢
        小团：不客气～
        小陈：@小团 谢谢谢谢
        小陈：@小团 谢谢啦
        （5分钟后）
        小陈：@小团 谢谢
        小团：不客气～
    """)
