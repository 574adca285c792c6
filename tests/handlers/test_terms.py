"""The terms of an open group buy change in words; everybody reads the difference."""

import pytest
from chat import Shop

ONE = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"
TWO = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎周六20点截止，2份成团，自提3号楼"


@pytest.fixture
async def one(shop: Shop) -> Shop:
    """Strawberries are open, and 小陈 has a box."""
    await shop.opens(ONE)
    await shop.plays(
        """
        小陈：1盒
        小团：✅ 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        """
    )
    return shop


@pytest.fixture
async def two(shop: Shop) -> Shop:
    """Pancakes and meatballs are open, and 小陈 has two bags of pancakes."""
    await shop.opens(TWO)
    await shop.plays(
        """
        小陈：A2
        小团：✅ 小陈 A2｜共2/2份，已够成团
        """
    )
    return shop


# -- pausing one item ----------------------------------------------------------------------------


async def test_one_item_stops_and_goes_on_while_the_other_sells(two: Shop) -> None:
    await two.plays(
        """
        团长小美：B先别报了
        小团：团1 B 牛肉丸 暂停接单，新登记先候补
        团长小美：暂停B
        老周：牛肉丸一包
        小团：@老周 牛肉丸暂停中，1包先候补
        王姐：手抓饼1袋
        （90秒后）
        小团：✅ 老周 B候补1 · 王姐 A1｜共3/2份，已够成团
        团长小美：团1牛肉丸继续卖
        小团：团1 B 牛肉丸 恢复接单
        小团：@老周 恢复接单了，候补的牛肉丸1包给您记上了，不要请说「不要了」
        """
    )


async def test_what_is_sold_out_or_withdrawn_takes_no_more(two: Shop) -> None:
    await two.plays(
        """
        团长小美：手抓饼卖完了
        小团：团1 A 手抓饼 暂停接单，新登记先候补
        团长小美：下架B
        小团：团1 B 牛肉丸 暂停接单，新登记先候补
        """
    )


async def test_to_stop_what_is_not_said_stops_nothing(two: Shop) -> None:
    await two.plays(
        """
        团长小美：暂停
        团长小美：牛奶停售
        王姐：A1 B1
        （90秒后）
        小团：✅ 王姐 A1 B1 ¥45｜共4/2份，已够成团
        """
    )


async def test_the_only_item_needs_no_name(one: Shop) -> None:
    await one.plays(
        """
        团长小美：暂停
        小团：团1 A 红颜草莓 暂停接单，新登记先候补
        团长小美：恢复
        小团：团1 A 红颜草莓 恢复接单
        """
    )


# -- prices and amounts --------------------------------------------------------------------------


async def test_a_rise_is_said_to_those_who_signed_up_before(one: Shop) -> None:
    await one.plays(
        """
        团长小美：草莓涨到42
        小团：@团长小美 红颜草莓涨到42：已登记的1户保留39.9？回「保留」或「重新确认」
        团长小美：我想想啊
        团长小美：重新确认
        小团：@小陈 团1 红颜草莓 改为42元/盒，已登记的请看一下，不要了说一声
        小陈：我该付多少
        小团：@小陈 团1 周六草莓：红颜草莓1盒，共¥42（未付）
        """
    )


async def test_who_kept_the_old_price_pays_it(one: Shop) -> None:
    await one.plays(
        """
        团长小美：草莓写错了，应该是45
        小团：@团长小美 红颜草莓涨到45：已登记的1户保留39.9？回「保留」或「重新确认」
        团长小美：按原价
        小团：团1 红颜草莓 改为45元/盒，已登记的按原价
        王姐：1盒
        （90秒后）
        小团：✅ 王姐 1盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        团长小美：截单
        小团：✅ 团1 周六草莓 截单：2/5盒，2人，共¥84.9⏎小陈 ¥39.9 · 王姐 ¥45⏎付款：成团后微信转团长⏎自提：3号楼架空层
        """
    )


async def test_limits_come_and_go(one: Shop) -> None:
    await one.plays(
        """
        团长小美：总共3盒
        小团：团1 周六草莓：红颜草莓总共3盒
        王姐：4盒
        小团：@王姐 红颜草莓只剩2盒，已记2，候补2盒（第1位）
        小团→团长小美：团1 红颜草莓订完了（已订3），要加量回「红颜草莓补货10盒」
        团长小美：总共2盒
        小团：@团长小美 红颜草莓已经登记了3盒，总量不能少于它
        团长小美：不限量
        小团：团1 周六草莓：红颜草莓不限量
        小团：@王姐 加量了，候补的红颜草莓2盒给您记上了，不要请说「不要了」
        团长小美：每人限2
        小团：团1 周六草莓：红颜草莓每人限2盒，已登记的照旧
        团长小美：不限购
        小团：团1 周六草莓：红颜草莓不限购，已登记的照旧
        """
    )


async def test_more_for_less(one: Shop) -> None:
    await one.plays(
        """
        团长小美：满3盒35元
        小团：团1 周六草莓：红颜草莓满3盒降到35
        小陈：我该付多少
        小团：@小陈 团1 周六草莓：红颜草莓1盒，共¥39.9（未付）
        王姐：2盒
        （90秒后）
        小团：✅ 王姐 2盒｜共3/5盒，还差2⏎（鲜活易腐，不支持七日无理由）
        小陈：我该付多少
        小团：@小陈 团1 周六草莓：红颜草莓1盒，共¥35（未付）
        """
    )


# -- everything else -----------------------------------------------------------------------------


async def test_title_place_arrival_and_target(one: Shop) -> None:
    await one.plays(
        """
        团长小美：标题改成周末草莓
        小团：团1 周末草莓：改了标题
        团长小美：自提改到5号楼门口
        小团：团1 周末草莓：自提改为5号楼门口
        团长小美：到货改到周日上午
        小团：团1 周末草莓：到货改为周日上午
        团长小美：目标改20盒
        小团：团1 周末草莓：共1/20盒，还差19
        团长小美：不限成团数
        小团：团1 周末草莓：不限成团数
        """
    )


async def test_halves_are_allowed_later(one: Shop) -> None:
    await one.plays(
        """
        王姐：半盒
        小团：@王姐 红颜草莓按盒卖，不拆开，要几盒？
        团长小美：可以要半盒
        小团：团1 周六草莓：可以要一半
        王姐：半盒
        （90秒后）
        小团：✅ 王姐 0.5盒｜共1.5/5盒，还差3.5⏎（鲜活易腐，不支持七日无理由）
        """
    )


async def test_items_come_change_and_go(one: Shop) -> None:
    await one.plays(
        """
        团长小美：加一个B 土鸡蛋 28.8元/板
        小团：团1 周六草莓：加了 B 土鸡蛋 28.8元/板
        团长小美：B价格写错了，应该是26
        小团：团1 周六草莓：土鸡蛋改为26元/板
        团长小美：规格改成3斤/盒
        小团：@团长小美 改哪一样？请带上字母，比如「A规格改成3斤/盒」
        团长小美：A规格改成3斤/盒
        小团：团1 周六草莓：红颜草莓规格改为3斤/盒
        团长小美：A改名丹东草莓
        小团：团1 周六草莓：A改名丹东草莓
        王姐：A1 B1
        （90秒后）
        小团：✅ 王姐 A1 B1 ¥65.9｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        团长小美：去掉B
        小团：团1 周六草莓：土鸡蛋不再接单，已登记的照旧
        """
    )


async def test_an_earlier_end_is_no_longer_one(one: Shop) -> None:
    await one.plays(
        """
        团长小美：截止改到今天20点
        小团：团1 周六草莓 提前了，5月21日20:00截止。共1/5盒，还差4
        团长小美：延一天
        小团：团1 周六草莓 延期了，5月22日20:00截止。共1/5盒，还差4
        """
    )


async def test_after_the_lock_terms_are_no_order_of_the_leaders(one: Shop) -> None:
    await one.plays(
        """
        团长小美：截单
        小团：✅ 团1 周六草莓 截单：1/5盒，1人，共¥39.9⏎小陈 ¥39.9⏎付款：成团后微信转团长⏎自提：3号楼架空层
        团长小美：草莓总共10盒
        小团：@团长小美 团1 已截单，要改先回「重开」
        """
    )


async def test_with_nothing_open_there_are_no_terms(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：暂停A
        团长小美：同步到果园二群
        团长小美：草莓改价30
        """
    )


async def test_a_second_room_signs_up_for_the_same_stock(one: Shop) -> None:
    await one.plays(
        """
        团长小美：总共3盒
        小团：团1 周六草莓：红颜草莓总共3盒
        团长小美：同步到花园群
        小团：@团长小美 没找到您带的这个群，请说群名
        团长小美：同步到果园二群
        小团（果园二群）：🎉 团1 周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒（共3盒）⏎明天20:00截止，5盒成团，自提：3号楼架空层⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        小团：@团长小美 已同步到果园二群，共用一份库存
        团长小美：同步到果园二群
        小团：@团长小美 已经同步过了
        老周（果园二群）：3盒
        小团（果园二群）：@老周 红颜草莓只剩2盒，已记2，候补1盒（第1位）
        小团→团长小美：团1 红颜草莓订完了（已订3），要加量回「红颜草莓补货10盒」
        """
    )


async def test_what_nobody_may_sell_is_not_added_later_either(two: Shop) -> None:
    await two.plays(
        """
        团长小美：加一个C 阿莫西林 20元/盒
        小团：@团长小美 阿莫西林 是药品，不能在群里团购，请去掉后重新发一次。
        """
    )
    assert [item["code"] for item in (await two.state())["group_buys"][0]["items"]] == ["A", "B"]
