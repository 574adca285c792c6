"""What can be bought now, asked of the bot by somebody who comes late to the group."""

import pytest
from chat import Shop

ASKED = ("你们卖什么", "有什么卖的", "今天有啥团", "现在有什么团购呀？", "都有哪些东西", "有啥可以买的")


async def test_everything_that_is_open_is_named_with_its_price_and_end(shop: Shop) -> None:
    await shop.opens("周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎周六20点截止，5份成团，自提3号楼")
    await shop.opens("粮油⏎A 五常大米 69元/袋⏎自提3号楼")
    await shop.plays(
        """
        王姐：@小团 你们卖什么
        小团：@王姐 团1 周末鲜货：A 手抓饼15元/袋，B 牛肉丸30元/包。周六20:00截止，共0/5份，还差5⏎团2 粮油：A 五常大米69元/袋。共0袋
        团长小美：牛肉丸卖完了
        小团：团1 B 牛肉丸 暂停接单，新登记先候补
        王姐（私聊）：今天有啥团
        小团→王姐：团1 周末鲜货：A 手抓饼15元/袋。周六20:00截止，共0/5份，还差5⏎团2 粮油：A 五常大米69元/袋。共0袋
        """
    )


@pytest.mark.parametrize("words", ASKED)
async def test_with_nothing_open_that_is_said(shop: Shop, words: str) -> None:
    said = await shop.say("王姐", f"@小团 {words}", mentions=("bot",))
    assert [line["text"] for line in said] == ["@王姐 现在没有开着的团，开了会在群里发"]


async def test_neighbours_who_ask_each_other_are_left_alone(shop: Shop) -> None:
    await shop.plays(
        """
        王姐：超市有什么卖的
        老周：有啥好吃的
        """
    )


async def test_of_many_items_the_first_are_named(shop: Shop) -> None:
    items = "⏎".join(f"{letter} 点心{letter} {number}元/盒" for number, letter in enumerate("ABCDEFGH", 11))
    await shop.opens(f"点心铺⏎{items}⏎周六20点截止，自提3号楼")
    (said,) = await shop.say("王姐", "@小团 有什么卖的", mentions=("bot",))
    assert said["text"].endswith("F 点心F16元/盒等8样。周六20:00截止，共0盒")
