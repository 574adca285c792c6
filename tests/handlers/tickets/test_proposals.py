"""E18: small and complete cases are put to the leader by rule; a person decides, in two steps."""

from collections.abc import AsyncIterator

import pytest
from after_sales import agent, told
from chat import Shop

from storage.refunds import Refund

GOODS = "开团\n周六水果\nA 红颜草莓 39.9元/盒\n今天11:00截止，1盒成团，3号楼自提"


@pytest.fixture
async def ruled() -> AsyncIterator[Shop]:
    """A shop whose rule covers ¥40; 小陈 has paid for two boxes, 王姐 has not paid for hers."""
    shop = await Shop(config={"propose_refunds_up_to": 40}).open()
    for who, words in (("团长小美", GOODS), ("团长小美", "开团"), ("小陈", "A2"), ("王姐", "A1")):
        await shop.say(who, words)
    await shop.until(11)
    for who, words in (("小陈", "已付"), ("团长小美", "小陈已付"), ("团长小美", "到货了")):
        await shop.say(who, words)
    yield shop
    await shop.close()


async def complains(shop: Shop, *, photo: bool = True, boxes: str = "1盒", wish: str = "1") -> None:
    await shop.say("小陈", "草莓烂了")
    if photo:
        await shop.say("小陈", "", room=None, kind="image")
    else:
        await shop.say("小陈", "没有", room=None)
    await shop.say("小陈", boxes, room=None)
    await shop.say("小陈", wish, room=None)


async def refunds(shop: Shop) -> list[Refund]:
    assert shop.worker is not None
    return await shop.worker.shop.find(Refund, tenant_id="shop")


async def test_a_complete_small_case_is_proposed_and_only_people_confirm(ruled: Shop) -> None:
    await complains(ruled)
    (refund,) = await refunds(ruled)
    assert (refund.amount_fen, refund.state, refund.proposed_by) == (3990, "proposed", "rule")
    await ruled.passes(hours=24)
    assert [r.state for r in await refunds(ruled)] == ["proposed"]
    said = await ruled.say("团长小美", "确认退款 A101", room=None)
    assert [r.state for r in await refunds(ruled)] == ["proposed"], said
    await ruled.say("团长小美", "同意 A101", room=None)
    assert [r.state for r in await refunds(ruled)] == ["approved"]
    await ruled.say("团长小美", "确认退款 A101", room=None)
    assert [r.state for r in await refunds(ruled)] == ["recorded"]


async def test_it_is_proposed_once(ruled: Shop) -> None:
    await complains(ruled)
    await ruled.restart()
    for words in ("烂了1盒，退款", "还是退款吧"):
        await ruled.say("小陈", words, room=None)
    assert len(await refunds(ruled)) == 1


async def test_an_agents_amount_takes_its_place(ruled: Shop) -> None:
    await complains(ruled)
    assert "A101 退 ¥20 已提给团长" in told(await agent(ruled, "A101 退 20"))
    assert [(r.amount_fen, r.state) for r in await refunds(ruled)] == [(3990, "replaced"), (2000, "proposed")]
    said = await ruled.say("团长小美", "同意 A101", room=None)
    assert "退 ¥20" in said[0]["text"]
    assert "先等团长定" in told(await agent(ruled, "A101 退 30"))


async def test_what_the_leader_has_agreed_to_is_not_replaced(ruled: Shop) -> None:
    await complains(ruled)
    await ruled.say("团长小美", "同意 A101", room=None)
    assert "先等团长定" in told(await agent(ruled, "A101 退 20"))
    assert [r.amount_fen for r in await refunds(ruled)] == [3990]


@pytest.mark.parametrize(
    "case",
    [{"photo": False}, {"boxes": "2盒"}, {"wish": "2"}],
    ids=["no photo", "too much", "goods wanted"],
)
async def test_what_the_rule_does_not_cover_is_left_to_people(ruled: Shop, case: dict) -> None:
    await complains(ruled, **case)
    assert await refunds(ruled) == []


async def test_unpaid_goods_angry_words_and_safety_are_left_to_people(ruled: Shop) -> None:
    await ruled.say("王姐", "", room=None, kind="image")
    await ruled.say("王姐", "草莓烂了，退款", room=None)
    await ruled.say("小陈", "", room=None, kind="image")
    await ruled.say("小陈", "骗子！草莓烂了一盒，退款", room=None)
    assert await refunds(ruled) == []


async def test_without_a_rule_nothing_is_proposed(delivered: Shop) -> None:
    await complains(delivered)
    assert await refunds(delivered) == []


async def test_who_had_several_refunds_lately_is_pointed_out_and_left_to_people(ruled: Shop) -> None:
    for number in range(101, 104):
        await complains(ruled) if number == 101 else await ruled.say("小陈", "人工", room=None)
        if number > 101:
            await agent(ruled, f"A{number} 退 5")
        await ruled.say("团长小美", f"同意 A{number}", room=None)
        await ruled.say("团长小美", f"确认退款 A{number}", room=None)
        await agent(ruled, f"A{number} 完成")
        await ruled.passes(hours=80)
    assert [r.state for r in await refunds(ruled)] == ["recorded"] * 3
    card = told(await ruled.say("小陈", "草莓烂了，照片发不了", room=None))
    assert "近90天退款3次共¥49.9，请人工核对" in card
    await ruled.say("小陈", "", room=None, kind="image")
    await ruled.say("小陈", "1盒", room=None)
    await ruled.say("小陈", "1", room=None)
    assert len(await refunds(ruled)) == 3
