"""A day of neighbours' talk full of numbers, food and offers, beside an open group buy: silence."""

from pathlib import Path

import pytest
from chat import Shop

TALK = Path(__file__).with_name("talk")
SNACKS = "周末囤货⏎A 手工水饺 26元/袋⏎B 鲜牛奶 59.9元/箱⏎C 五常大米 79元/袋⏎周六20点截止，20份成团，自提3号楼"
FRUIT = "周日果蔬⏎A 红富士苹果 45元/箱⏎B 土鸡蛋 28元/板⏎C 抽纸 39元/提⏎周日18点截止，15份成团，自提门口"


PEACHES = "水蜜桃⏎阳山水蜜桃 58元/箱⏎周五晚上9点截，满10箱成团，自提楼下"


MEAT = "周五肉菜⏎A 土猪肉 38/斤⏎B 草鸡 88/只⏎C 时令蔬菜包 25/份⏎周五中午12点截，20份成团，自提2号楼大厅"


@pytest.mark.parametrize(
    ("offer", "talk"), [(SNACKS, "home"), (FRUIT, "things"), (PEACHES, "children"), (MEAT, "money")]
)
async def test_talk_that_sounds_like_orders_and_complaints_is_left_alone(
    shop: Shop, offer: str, talk: str
) -> None:
    await shop.opens(offer)
    said = []
    for line in (TALK / f"{talk}.txt").read_text("utf-8").splitlines():
        who, text = line.split("：", 1)
        said += [(text, answer["text"]) for answer in await shop.say(who, text)]
        said += [(text, answer["text"]) for answer in await shop.passes(seconds=20)]
    assert said == []
    state = await shop.state()
    assert state["group_buys"][0]["sign_ups"] == []
    assert state["tickets"] == []


async def test_a_bare_order_after_a_greeting_is_asked_about(shop: Shop) -> None:
    await shop.opens(FRUIT)
    await shop.passes(seconds=600)
    await shop.plays(
        """
        王姐：早上好
        小陈：+1
        小团：@小陈 A 红富士苹果 还是 B 土鸡蛋 还是 C 抽纸？回 A/B/C
        小陈：A
        小团：✅ 小陈 A1｜共1/15份，还差14⏎（鲜活易腐，不支持七日无理由）
        老周：我也来一份
        小团：@老周 A 红富士苹果 还是 B 土鸡蛋 还是 C 抽纸？回 A/B/C
        """
    )


async def test_orders_that_say_of_what_count_amid_any_talk(shop: Shop) -> None:
    await shop.opens(FRUIT)
    await shop.plays(
        """
        王姐：楼下超市今天人真多
        李姐：排队排了半小时
        老周：我家冰箱坏了，修了三次
        小陈：苹果一箱
        小团：✅ 小陈 A1｜共1/15份，还差14⏎（鲜活易腐，不支持七日无理由）
        王姐：下午谁去打球
        李姐：我去
        老周：B2
        阿May：几点截单
        小团：@阿May 周日18:00截止
        （90秒后）
        小团：✅ 老周 B2｜共3/15份，还差12⏎（鲜活易腐，不支持七日无理由）
        """
    )
