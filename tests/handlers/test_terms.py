"""A leader changes the terms of an open group buy in his own words."""

from chat import Shop

DUCKS = """编号,名称,别名,价格,单位,规格,库存
D1,高邮麻鸭,鸭子;老鸭,42.50,只,,
D2,虾仁馄饨,,19.90,袋,20只/袋,
"""


async def ducks(shop: Shop) -> None:
    await shop.opens("周末鸭子⏎高邮麻鸭 42.5一只⏎虾仁馄饨 一袋19.9⏎明晚7点截止")


async def test_a_target_is_also_how_many_it_takes_to_open() -> None:
    shop = await Shop(catalogue=DUCKS).open()
    await shop.opens("周末鸭子⏎高邮麻鸭 42.5一只⏎凑够12只就开 明晚7点截止")
    [group_buy] = (await shop.state())["group_buys"]
    assert (group_buy["target"], group_buy["target_kind"]) == (12, "quantity")
    await shop.close()


async def test_a_limit_is_for_what_is_named_before_or_after_it() -> None:
    shop = await Shop(catalogue=DUCKS).open()
    await ducks(shop)
    await shop.plays(
        """
        团长小美：每人限2只鸭子
        小团：团1 周末鸭子：高邮麻鸭每人限2只，已登记的照旧
        小陈：鸭子3只
        小团：@小陈 高邮麻鸭每人限2只，已记2，多的1没记；要候补回「候补」
        团长小美：总共1只老鸭
        小团：@团长小美 高邮麻鸭已经登记了2只，总量不能少于它
        团长小美：老鸭总共6只
        小团：团1 周末鸭子：高邮麻鸭总共6只
        团长小美：鸭子改价40
        小团：团1 周末鸭子：高邮麻鸭改为40元/只，已登记的也按新价
        """
    )
    [group_buy] = (await shop.state())["group_buys"]
    limits = [(i["code"], i["limit"], i["per_person"], i["price_fen"]) for i in group_buy["items"]]
    assert limits == [("A", 6, 2, 4000), ("B", None, None, 1990)]
    await shop.close()
