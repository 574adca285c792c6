"""The list for everybody, and what only the leader reads: what to order, who gets what, who owes."""

import pytest
from chat import Shop

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"


@pytest.fixture
async def five(shop: Shop) -> Shop:
    """Five neighbours have six boxes."""
    await shop.opens(OFFER)
    for who, order in (
        ("小陈", "2盒"),
        ("王姐", "1盒，5-301"),
        ("老周", "1盒"),
        ("李姐", "1盒"),
        ("张敏", "1盒"),
    ):
        await shop.say(who, order)
    await shop.passes(minutes=2)
    return shop


async def test_the_whole_list_comes_once_in_a_while(five: Shop) -> None:
    await five.plays(
        """
        小陈：名单
        小团：#接龙⏎团1 周六草莓⏎A 红颜草莓 39.9元/盒⏎⏎1. 小陈：A2盒⏎2. 王姐：A1盒⏎3. 老周：A1盒⏎4. 李姐：A1盒⏎5. 张敏：A1盒⏎⏎共6/5盒，已够成团
        王姐：名单
        小团：@王姐 名单刚发过，往上翻。共6/5盒，已够成团
        王姐：名单2
        小团：@王姐 名单一共1页
        （5分钟后）
        老周：团1名单
        小团：#接龙⏎团1 周六草莓⏎A 红颜草莓 39.9元/盒⏎⏎1. 小陈：A2盒⏎2. 王姐：A1盒⏎3. 老周：A1盒⏎4. 李姐：A1盒⏎5. 张敏：A1盒⏎⏎共6/5盒，已够成团
        老周：团9 名单
        """
    )


async def test_the_leader_orders_and_sorts_in_private(five: Shop) -> None:
    await five.plays(
        """
        团长小美：进货单
        小团→团长小美：团1 周六草莓 进货单⏎红颜草莓 6盒⏎共5户 ¥239.4
        小团：@团长小美 进货单已私发您
        团长小美（私聊）：进货单
        小团→团长小美：团1 周六草莓 进货单⏎红颜草莓 6盒⏎共5户 ¥239.4
        团长小美（私聊）：分货单
        小团→团长小美：团1 周六草莓 分货单⏎【5号楼】⏎5-301 王姐 1盒⏎【其他】⏎小陈 2盒⏎老周 1盒⏎李姐 1盒⏎张敏 1盒
        """
    )


async def test_who_owes_what_is_for_the_leader_alone(five: Shop) -> None:
    await five.plays(
        """
        小陈：已付
        小团：@小陈 收到，等团长核对
        小团→团长小美：小陈 说已付 团1 ¥79.8。核对后回「小陈已付」
        团长小美：老周已付
        小团：@团长小美 记好了：老周 已付。还有4户未付
        团长小美：导出
        小团→团长小美：团1 周六草莓（共6/5盒，已够成团）⏎1. 小陈 2盒 ¥79.8 待核对⏎2. 王姐 1盒 ¥39.9 未付⏎3. 老周 1盒 ¥39.9 已付⏎4. 李姐 1盒 ¥39.9 未付⏎5. 张敏 1盒 ¥39.9 未付
        小团：@团长小美 名单已私发您；表格在后台「团购」页下载
        团长小美：还差多少
        小团：@团长小美 团1 共6/5盒，已够成团
        """
    )


async def test_a_long_list_has_pages(shop: Shop) -> None:
    await shop.opens(OFFER)
    for number in range(1, 24):
        await shop.say(f"n{number:02d}", "1盒", name=f"邻居{number}")
    await shop.passes(minutes=2)
    first = (await shop.say("小陈", "名单"))[0]["text"]
    assert "20. 邻居20：A1盒" in first
    assert "21. " not in first
    assert first.endswith("第1/2页，回「名单2」看下页。共23/5盒，已够成团")
    second = (await shop.say("小陈", "名单2"))[0]["text"]
    assert "21. 邻居21：A1盒\n22. 邻居22：A1盒\n23. 邻居23：A1盒" in second
    assert "20. " not in second


async def test_with_nothing_sold_there_are_no_lists(shop: Shop) -> None:
    await shop.plays(
        """
        小陈：名单
        团长小美：进货单
        团长小美：分货单
        团长小美：导出
        团长小美：还差多少
        """
    )
