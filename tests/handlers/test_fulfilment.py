"""From the order to the last bag: ordered, arrived, shared out when it is short, fetched, done."""

import pytest
from chat import Shop

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"
TWO = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎周六20点截止，2份成团"


@pytest.fixture
async def locked(shop: Shop) -> Shop:
    """小陈 has two boxes, 王姐 three and has paid; it is locked."""
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        王姐：3盒
        （90秒后）
        小团：✅ 王姐 3盒｜共5/5盒，已够成团⏎（鲜活易腐，不支持七日无理由）
        团长小美：截单
        小团：✅ 团1 周六草莓 截单：5/5盒，2人，共¥199.5⏎小陈 ¥79.8 · 王姐 ¥119.7⏎付款：成团后微信转团长⏎自提：3号楼架空层
        团长小美：王姐已付
        小团：@团长小美 记好了：王姐 已付。还有1户未付
        """
    )
    return shop


async def test_who_has_not_fetched_is_called_again_until_all_have(locked: Shop) -> None:
    await locked.plays(
        """
        团长小美：谁没拿
        小团：@团长小美 团1 还没到货，到了回「到货了」
        团长小美：催取货
        小团：@团长小美 团1 还没到货，到了回「到货了」
        团长小美：到货了
        小团：@小陈 @王姐 团1 周六草莓 到货啦！取货：3号楼架空层，拿了说一声
        小陈：我拿了
        小团：@小陈 好，已记您取货
        小陈：我拿了
        团长小美：提醒没拿的
        小团：@王姐 还没拿货哦。取货：3号楼架空层，拿了说一声
        团长小美（私聊）：谁没拿
        小团→团长小美：团1 没拿的1户：王姐
        团长小美：赵六拿了
        小团：@团长小美 没找到「赵六」
        团长小美：王姐拿了
        小团：@团长小美 ✓ 王姐 已取，都拿完了
        团长小美：谁没拿
        小团：@团长小美 团1 都拿了
        团长小美：催取货
        """
    )


async def test_two_homes_of_one_number_are_told_apart(shop: Shop) -> None:
    await shop.opens(TWO)
    await shop.plays(
        """
        小陈：A2，5-301
        小团：✅ 小陈 A2｜共2/2份，已够成团
        李姐：B1 3-301
        （90秒后）
        小团：✅ 李姐 B1｜共3/2份，已够成团
        团长小美：截单
        小团：✅ 团1 周末鲜货 截单：3/2份，2人，共¥60⏎小陈 ¥30 · 李姐 ¥30⏎付款：成团后微信转团长
        团长小美：来拿货了
        小团：@小陈 @李姐 团1 周末鲜货 到货啦！拿了说一声
        团长小美：301拿了
        小团：@团长小美 「301」有2行，请带楼号
        团长小美：5-301拿了
        小团：@团长小美 ✓ 小陈 已取，还剩1户
        团长小美：谁没拿
        小团→团长小美：团1 没拿的1户：3-301李姐
        小团：@团长小美 还有1户没拿，名单已私发您
        团长小美：都拿完了
        小团：团1 周末鲜货 完成，谢谢大家
        """
    )


async def test_by_household_everybody_gets_one_before_anybody_gets_two(locked: Shop) -> None:
    await locked.plays(
        """
        团长小美：先每户一份
        小团：@团长小美 团1 缺货时按「先每户1份」分
        团长小美：草莓到3盒坏1
        小团：@小陈 @王姐 团1 红颜草莓 到货3盒，坏1，少3盒。按「先每户1份」：小陈少1、王姐少2，付过的退差价。取货：3号楼架空层，拿了说一声
        小团→团长小美：要退差价：王姐¥79.8。退完回「王姐已退」
        """
    )


async def test_the_difference_given_back_leaves_the_rest_paid(locked: Shop) -> None:
    await locked.plays(
        """
        团长小美：抽签
        小团：@团长小美 抽签我不会作弊也不会做，可选「先来后到」或「先每户1份」
        团长小美：先来后到
        小团：@团长小美 团1 缺货时按「先来后到」分
        团长小美：草莓到了4盒
        小团：@王姐 团1 红颜草莓 到货4盒，少1盒。按「先来后到」：王姐少1，付过的退差价。取货：3号楼架空层，拿了说一声
        小团→团长小美：要退差价：王姐¥39.9。退完回「王姐已退」
        团长小美：王姐已退
        小团：@团长小美 记好了：王姐 已退款
        王姐：我的单
        小团：@王姐 团1 周六草莓：红颜草莓2盒，共¥79.8（已付）
        """
    )


async def test_who_gets_nothing_at_all_is_paid_back(locked: Shop) -> None:
    await locked.plays(
        """
        团长小美：草莓到2盒
        小团：@王姐 团1 红颜草莓 到货2盒，少3盒。按「先来后到」：王姐少3，付过的退差价。取货：3号楼架空层，拿了说一声
        小团→团长小美：要退差价：王姐¥119.7。退完回「王姐已退」
        团长小美：王姐已退
        小团：@团长小美 记好了：王姐 已退款
        团长小美（私聊）：谁没付
        小团→团长小美：团1 未付1户⏎小陈 ¥79.8
        """
    )


async def test_enough_and_more_than_enough(locked: Shop) -> None:
    await locked.plays(
        """
        团长小美：草莓到了6盒
        小团：团1 红颜草莓 到货6盒，够分，多1盒。取货：3号楼架空层，拿了说一声
        团长小美：西瓜到3个
        团长小美：完成
        小团：团1 周六草莓 完成，谢谢大家
        """
    )


async def test_an_empty_order_arrives_for_nobody(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        团长小美：截单
        小团：团1 周六草莓 已截单，没有人登记
        团长小美：到货了
        小团：团1 周六草莓 到货啦！取货：3号楼架空层，拿了说一声
        团长小美：谁没拿
        小团：@团长小美 团1 都拿了
        """
    )


async def test_what_failed_does_not_arrive(shop: Shop) -> None:
    await shop.opens(OFFER.replace("周五20点", "今天20点"))
    await shop.plays(
        """
        （20:00）
        小团：❌ 团1 周六草莓 未成团：0/5盒，还差5。没有收款，不用管。想再凑，团长回「延一天」
        团长小美：到货了
        小团：@团长小美 团1 现在是「未成团」，不能这样做。
        团长小美：已下单
        小团：@团长小美 团1 现在是「未成团」，不能这样做。
        团长小美：完成
        """
    )


async def test_with_nothing_ordered_there_is_nothing_to_fetch(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：已下单
        团长小美：到货了
        团长小美：谁没拿
        团长小美：提醒没拿的
        团长小美：王姐拿了
        团长小美：草莓到3盒
        团长小美：完成
        团长小美：先来后到
        小陈：我拿了
        小陈：已付
        """
    )
