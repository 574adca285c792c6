"""撤销, 还是要吧 and recalled messages: the last change is taken back, and no other."""

import pytest
from chat import Shop

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"


@pytest.fixture
async def booked(shop: Shop) -> Shop:
    """小陈 has two boxes."""
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        """
    )
    return shop


async def test_what_was_undone_is_not_undone_again(booked: Shop) -> None:
    await booked.plays(
        """
        小陈：改成3盒
        （90秒后）
        小团：✅ 小陈 3盒｜共3/5盒，还差2
        小陈：撤销
        （90秒后）
        小团：✅ 小陈 2盒｜共2/5盒，还差3
        小陈：撤销
        （90秒后）
        小团：✅ 小陈 已取消｜共0/5盒，还差5
        小陈：撤销
        小团：@小陈 没有可以撤销的。
        """
    )


async def test_wanted_after_all(booked: Shop) -> None:
    await booked.plays(
        """
        小陈：不要了
        小陈：还是要吧
        （90秒后）
        小团：✅ 小陈 2盒｜共2/5盒，还差3
        小陈：还是要吧
        """
    )


async def test_one_message_for_two_is_undone_for_both(booked: Shop) -> None:
    await booked.plays(
        """
        王姐：来一盒，给我妈也来一盒
        （90秒后）
        小团：✅ 王姐 1盒 · 王姐代妈妈 1盒｜共4/5盒，还差1⏎（鲜活易腐，不支持七日无理由）
        王姐（私聊）：撤销
        小团→王姐：好，撤销了。现在：没有登记
        """
    )


async def test_after_the_lock_it_is_a_wish_to_the_leader(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：截单
        小团：✅ 团1 周六草莓 截单：2/5盒，1人，共¥79.8⏎小陈 ¥79.8⏎付款：成团后微信转团长⏎自提：3号楼架空层
        小陈：撤销
        小团：@小陈 团1已截单，您的要求已转给团长，有答复我告诉您
        小团→团长小美：团1 小陈 截单后说「撤销」。同意请回「小陈取消」，或「重开」
        团长小美：到货了
        小团：@小陈 团1 周六草莓 到货啦！取货：3号楼架空层，拿了说一声
        小陈：撤销
        小团：@小陈 团1 周六草莓已截单。
        """
    )


async def test_a_recalled_order_is_as_if_never_said(booked: Shop) -> None:
    await booked.plays(
        """
        小陈：给我妈来一盒
        小陈撤回：给我妈来一盒
        （90秒后）
        王姐：1盒
        小团：✅ 王姐 1盒｜共3/5盒，还差2⏎（鲜活易腐，不支持七日无理由）
        """
    )


async def test_a_day_later_nothing_is_undone(shop: Shop) -> None:
    await shop.opens(OFFER.replace("周五20点", "周六20点"))
    await shop.say("小陈", "2盒")
    await shop.passes(hours=25)
    (said,) = await shop.say("小陈", "撤销")
    assert said["text"] == "@小陈 没有可以撤销的。"
