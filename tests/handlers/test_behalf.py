"""A leader looks after other people's lines: whose line it is, who has paid, and what made it."""

import pytest
from chat import Shop

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"


@pytest.fixture
async def booked(shop: Shop) -> Shop:
    """小陈 has two boxes; 王姐 one for herself and one for her mother-in-law in 5-301."""
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        王姐：1盒
        王姐：给我婆婆带一盒，5-301
        （90秒后）
        小团：✅ 王姐 1盒 · 王姐代5-3** 婆婆 1盒｜共4/5盒，还差1⏎（鲜活易腐，不支持七日无理由）
        """
    )
    return shop


# -- whose line ----------------------------------------------------------------------------------


async def test_a_neighbour_without_a_line_gets_one(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：帮李姐加两份
        （90秒后）
        小团：✅ 李姐 2盒｜共6/5盒，已够成团
        李姐：我的单
        小团：@李姐 团1 周六草莓：红颜草莓2盒，共¥79.8（未付）
        """
    )


async def test_a_line_for_somebody_else_is_called_by_that_name_or_by_its_home(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：301加一盒
        （90秒后）
        小团：✅ 王姐代5-3** 婆婆 2盒｜共5/5盒，已够成团
        团长小美：5-301改成3
        （90秒后）
        小团：✅ 王姐代5-3** 婆婆 3盒｜共6/5盒，已够成团
        团长小美：婆婆那份取消
        （90秒后）
        小团：✅ 王姐代5-3** 婆婆 已取消｜共3/5盒，还差2
        """
    )


async def test_the_only_line_somebody_pays_for_is_his(booked: Shop) -> None:
    await booked.plays(
        """
        王姐：我那份不要了
        （90秒后）
        小团：✅ 王姐 已取消｜共3/5盒，还差2
        团长小美：王姐取消
        （90秒后）
        小团：✅ 王姐代5-3** 婆婆 已取消｜共2/5盒，还差3
        """
    )


async def test_somebody_who_is_not_on_the_list_is_said_to_be_missing(booked: Shop) -> None:
    """Nothing is booked for the leader by mistake."""
    await booked.plays(
        """
        团长小美：张敏取消
        小团：@团长小美 名单里没找到「张敏」
        团长小美：赵六取消
        小团：@团长小美 名单里没找到「赵六」
        团长小美：赵六改成2
        小团：@团长小美 名单里没找到「赵六」
        （90秒后）
        团长小美：我的单
        小团：@团长小美 您现在没有登记。想要就回「+1」
        """
    )


async def test_a_line_is_removed_by_its_place_when_the_name_fits(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：移除9
        小团：@团长小美 名单只有3行
        团长小美：移除1 老周
        小团：@团长小美 第1行是 小陈，不是 老周，没动
        团长小美：移除第二个
        （90秒后）
        小团：✅ 王姐 已取消｜共3/5盒，还差2
        """
    )


async def test_more_than_is_left_waits_for_somebody_elses_line_too(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：总共5盒
        小团：团1 周六草莓：红颜草莓总共5盒
        团长小美：帮李姐加两份
        小团：@团长小美 红颜草莓只剩1盒，已记1，候补1盒（第1位）
        （90秒后）
        小团：✅ 李姐 1盒 候补1盒｜共5/5盒，已够成团
        """
    )


# -- who has paid --------------------------------------------------------------------------------


async def test_several_have_paid(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：小陈付了，王姐付了
        小团：@团长小美 记好了：小陈、王姐 已付。还有1户未付
        团长小美：301已付
        小团：@团长小美 记好了：王姐代5-3** 婆婆 已付。都付了
        团长小美：谁没付
        小团：@团长小美 团1 都付了
        团长小美：催一下
        小团：@团长小美 没有要提醒的
        """
    )


async def test_a_name_that_is_not_on_the_list_leaves_all_payments_as_they_are(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：小陈和赵六已付
        小团：@团长小美 名单里没找到「赵六」，没动
        团长小美：都付了除了赵六
        小团：@团长小美 名单里没找到「赵六」，没动
        团长小美：谁没付
        小团→团长小美：团1 未付3户⏎小陈 ¥79.8⏎王姐 ¥39.9⏎王姐代5-3** 婆婆 ¥39.9
        小团：@团长小美 未付名单已私发您
        """
    )


async def test_all_but_one_have_paid(booked: Shop) -> None:
    await booked.plays(
        """
        小陈：已付
        小团：@小陈 收到，等团长核对
        小团→团长小美：小陈 说已付 团1 ¥79.8。核对后回「小陈已付」
        团长小美：都付了除了小陈
        小团：@团长小美 记好了：王姐、王姐代5-3** 婆婆 已付。还有1户未付
        团长小美（私聊）：谁没付
        小团→团长小美：团1 未付1户⏎小陈 ¥79.8 说已付
        团长小美：都付了
        小团：@团长小美 记好了：小陈、王姐、王姐代5-3** 婆婆 已付。都付了
        """
    )


async def test_nobody_is_left_to_have_paid(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        团长小美：都付了除了小陈
        小团：@团长小美 没有要记的
        """
    )


async def test_paid_back_is_not_owed_again(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：小陈已付
        小团：@团长小美 记好了：小陈 已付。还有2户未付
        团长小美：小陈已退
        小团：@团长小美 记好了：小陈 已退款
        团长小美（私聊）：谁没付
        小团→团长小美：团1 未付2户⏎王姐 ¥39.9⏎王姐代5-3** 婆婆 ¥39.9
        团长小美（私聊）：催一下
        小团→王姐：团1 周六草莓 您还有¥79.8未付，付好回「已付」就行
        小团→团长小美：已私下提醒1位
        """
    )


async def test_a_line_that_was_taken_off_is_paid_back(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：小陈已付
        小团：@团长小美 记好了：小陈 已付。还有2户未付
        团长小美：移除1
        小团→团长小美：团1 小陈 付过款，现在已取消，要退¥79.8。退完回「小陈已退」
        （90秒后）
        小团：✅ 小陈 已取消｜共2/5盒，还差3
        团长小美：小陈已退
        小团：@团长小美 记好了：小陈 已退款
        团长小美：小陈已退
        """
    )


async def test_without_a_group_buy_there_is_nobody_to_have_paid(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：李姐已付
        团长小美：谁没付
        团长小美：催一下
        团长小美：移除1
        团长小美：李姐改成2
        """
    )


# -- proof ---------------------------------------------------------------------------------------


async def test_everybody_sees_what_made_his_own_line(booked: Shop) -> None:
    await booked.plays(
        """
        小陈：撤销
        （90秒后）
        小团：✅ 小陈 已取消｜共2/5盒，还差3
        小陈：3盒
        （90秒后）
        小团：✅ 小陈 3盒｜共5/5盒，已够成团
        小陈：为什么记我3盒
        小团→小陈：团1 小陈：3盒⏎5/21 10:00「2盒」（已撤销）⏎5/21 10:01「撤销」⏎5/21 10:03「3盒」
        小团：@小陈 记录已私发您
        小陈（私聊）：查我的单
        小团→小陈：团1 周六草莓：红颜草莓3盒，共¥119.7（未付）
        阿May：为什么记我2盒
        小团：@阿May 没有您的登记
        """
    )


async def test_only_the_leader_looks_at_other_peoples_lines(booked: Shop) -> None:
    await booked.plays(
        """
        王姐：查小陈这单
        小团：@王姐 别人的单只有团长能查，自己的回「我的单」
        团长小美（私聊）：查小陈这单
        小团→团长小美：团1 小陈：2盒⏎5/21 10:00「2盒」
        团长小美：查赵六这单
        小团：@团长小美 名单里没找到「赵六」
        """
    )
