"""An old list that a leader pastes, in whatever shape he kept it."""

from typing import Any

from chat import Shop

OFFER = "饺子大米⏎A 手工水饺 22元/包⏎B 五常大米 69元/袋⏎明晚8点截止"


async def lines(shop: Shop) -> list[tuple[Any, ...]]:
    [group_buy] = (await shop.state())["group_buys"]
    return [
        (
            line["name"],
            line["for"],
            "".join(f"{item['code']}{item['quantity']}" for item in line["items"]),
            line["household"],
            line["remark"],
            line["payment"],
        )
        for line in group_buy["sign_ups"]
    ]


async def test_an_old_list_comes_in_with_rooms_remarks_payments_and_proxies(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        团长小美：导入⏎1. 王姐 水饺2包⏎2. 小陈 大米1袋 5-302 放门口⏎3. 那个谁 来点啥⏎4. 隔壁老王 水饺1包 已付⏎5. 张敏代妈妈 水饺2包⏎6. 阿May 鸡腿3只
        小团：@团长小美 识别6行，记了4行，2行看不懂：#3 #6。共6份
        团长小美：分货单
        小团→团长小美：团1 饺子大米 分货单⏎【5号楼】⏎5-302 小陈 B1（放门口）⏎【其他】⏎王姐 A2⏎隔壁老王 A1⏎张敏代妈妈 A2
        小团：@团长小美 分货单已私发您
        """
    )
    assert await lines(shop) == [
        ("王姐", None, "A2", None, None, "unpaid"),
        ("小陈", None, "B1", "5-302", "放门口", "unpaid"),
        ("隔壁老王", None, "A1", None, None, "paid"),
        ("张敏", "妈妈", "A2", None, None, "unpaid"),
    ]


async def test_rows_of_a_table_need_no_numbers_and_come_in_once(shop: Shop) -> None:
    await shop.opens(OFFER)
    for _ in range(2):
        await shop.plays(
            """
            团长小美：导入名单⏎王姐	水饺3包⏎刘叔	水饺2 大米1⏎陈伯 | 大米1袋
            小团：@团长小美 识别3行，记了3行。共7份
            """
        )
    assert [line[:3] for line in await lines(shop)] == [
        ("王姐", None, "A3"),
        ("刘叔", None, "A2B1"),
        ("陈伯", None, "B1"),
    ]
