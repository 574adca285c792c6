"""What a quoted message points at: its group buy, its goods, its order."""

import pytest
from chat import Shop

from bot.channels import Quote

BERRIES = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"
FRESH = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎周六20点截止，5份成团，自提3号楼"


@pytest.fixture
async def two(shop: Shop) -> Shop:
    """Strawberries (团1) and pancakes with meatballs (团2) are open; nobody has spoken of either lately."""
    await shop.opens(BERRIES)
    await shop.opens(FRESH)
    await shop.passes(minutes=15)
    return shop


async def told(shop: Shop, who: str, words: str, quote: Quote | str) -> list[str]:
    said = await shop.say(who, words, quote=quote)
    said += await shop.passes(minutes=2)
    return [line["text"] for line in said]


async def test_the_bots_post_says_which_group_buy(two: Shop) -> None:
    post = Quote(sender="bot", text="🎉 团2 周末鲜货\nA 手抓饼 15元/袋")
    assert await told(two, "小陈", "A2", post) == ["✅ 团2 小陈 A2｜共2/5份，还差3"]


async def test_a_neighbours_order_says_which_group_buy(two: Shop) -> None:
    await two.say("小陈", "草莓1盒", id="order")
    await two.passes(minutes=15)
    said = await told(two, "王姐", "+1", "order")
    assert said == ["✅ 团1 王姐 1盒｜共2/5盒，还差3\n（鲜活易腐，不支持七日无理由）"]


async def test_an_order_of_a_closed_group_buy_leads_to_its_wait_list(two: Shop) -> None:
    await two.say("小陈", "草莓1盒", id="order")
    await two.say("团长小美", "团1截单")
    said = await told(two, "王姐", "+1", "order")
    assert said[0] == "@王姐 团1已截单，帮您排上：红颜草莓1盒候补第1位。团长加单会告诉您"


async def test_the_goods_named_in_a_quote_are_meant(two: Shop) -> None:
    asked = Quote(id="q", sender="u1", name="小陈", text="牛肉丸看着不错")
    await two.say("小陈", "牛肉丸看着不错", id="q")
    said = await told(two, "王姐", "团2来一份", asked)
    assert said == ["✅ 团2 王姐 B1｜共1/5份，还差4"]


async def test_a_quote_of_talk_points_nowhere(two: Shop) -> None:
    await two.say("小陈", "今天真热", id="talk")
    said = await told(two, "王姐", "@小团 +1", "talk")
    assert said == ["@王姐 哪个团？团1 周六草莓，团2 周末鲜货。回团号就行"]
