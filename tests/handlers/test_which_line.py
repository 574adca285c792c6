"""Which line and which thing a change is about, and what is said when there is none."""

import pytest
from chat import Shop

OFFER = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎C 冻虾仁 45元/袋⏎周六20点截止，5份成团，自提3号楼"
BERRIES = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"


@pytest.fixture
async def two_things(shop: Shop) -> Shop:
    """小陈 has two bags of pancakes and a pack of meatballs."""
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：A2 B1
        小团：✅ 小陈 A2 B1 ¥60｜共3/5份，还差2
        """
    )
    return shop


async def test_what_was_not_booked_takes_nothing_away(two_things: Shop) -> None:
    await two_things.plays(
        """
        小陈：虾不要了
        小团：@小陈 您没有登记冻虾仁。
        小陈：冻虾仁换成手抓饼
        小团：@小陈 您没有登记冻虾仁。
        小陈：我的单
        小团：@小陈 团1 周末鲜货：手抓饼2袋、牛肉丸1包，共¥60（未付）
        """
    )


async def test_a_part_of_a_name_takes_that_thing_away(two_things: Shop) -> None:
    await two_things.plays(
        """
        小陈：饼不要了
        （90秒后）
        小团：✅ 小陈 B1｜共1/5份，还差4
        小陈：牛肉丸取消
        （90秒后）
        小团：✅ 小陈 已取消｜共0/5份，还差5
        """
    )


async def test_nobody_elses_line_is_cancelled_for_somebody_without_one(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：给我妈来一袋手抓饼
        小团：✅ 小陈代妈妈 A1｜共1/5份，还差4
        小陈：我老公的不要了
        小团：@小陈 您在这个团还没有登记。
        小陈：我妈的改成2袋
        （90秒后）
        小团：✅ 小陈代妈妈 A2｜共2/5份，还差3
        小陈：我妈那份不要了
        （90秒后）
        小团：✅ 小陈代妈妈 已取消｜共0/5份，还差5
        """
    )


async def test_without_an_order_there_is_nothing_to_exchange(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：不要了
        王姐：手抓饼换成冻虾仁
        小团：@王姐 您在这个团还没有登记。
        """
    )


async def test_a_change_in_private_is_answered_there_and_heard_in_the_group(shop: Shop) -> None:
    await shop.opens(BERRIES)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        小陈（私聊）：改成3盒
        小团→小陈：记好了：红颜草莓3盒，合计¥119.7。不对回「撤销」
        小陈（私聊）：不要了
        小团→小陈：好，已取消。想恢复回「撤销」
        小陈（私聊）：撤销
        小团→小陈：好，撤销了。现在：红颜草莓3盒
        王姐：1盒
        （90秒后）
        小团：✅ 小陈 3盒 · 王姐 1盒｜共4/5盒，还差1⏎（鲜活易腐，不支持七日无理由）
        """
    )


async def test_a_bare_no_is_about_what_was_ordered_last(shop: Shop) -> None:
    await shop.opens(BERRIES)
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：草莓1盒
        小团：✅ 团1 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        小陈：手抓饼2袋
        （90秒后）
        小团：✅ 团2 小陈 A2｜共2/5份，还差3
        小陈：不要了
        （90秒后）
        小团：✅ 团2 小陈 已取消｜共0/5份，还差5
        小陈：我的单
        小团：@小陈 团1 周六草莓：红颜草莓1盒，共¥39.9（未付）
        """
    )


async def test_after_a_while_the_last_order_still_says_which_group_buy(shop: Shop) -> None:
    await shop.opens(BERRIES)
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：草莓1盒
        小团：✅ 团1 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        （15分钟后）
        小陈：改成2
        小团：✅ 团1 小陈 2盒｜共2/5盒，还差3
        """
    )


async def test_goods_of_a_closed_group_buy_go_to_its_wait_list(shop: Shop) -> None:
    await shop.opens(BERRIES)
    await shop.opens(OFFER)
    await shop.plays(
        """
        团长小美：团1截单
        小团：团1 周六草莓 已截单，没有人登记
        老周：草莓来一盒
        小团：@老周 团1已截单，帮您排上：红颜草莓1盒候补第1位。团长加单会告诉您
        小团→团长小美：团1 截单后 老周 想加：红颜草莓1盒，已排候补。要加就回「重开」
        老周：牛奶来一箱
        小团：@老周 没有「牛奶」这一项，可选：A手抓饼、B牛肉丸、C冻虾仁
        """
    )
