"""Shops in which something can be complained about."""

import pytest
from chat import Shop


@pytest.fixture
async def delivered(shop: Shop) -> Shop:
    """小陈 has two boxes of strawberries and eggs, 王姐 and 老周 one box each; the goods just came."""
    await shop.say(
        "团长小美",
        "开团\n周六水果\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\n今天11:00截止，2盒成团，3号楼自提",
    )
    await shop.say("团长小美", "开团")
    for who, order in (("小陈", "A2 B1"), ("王姐", "A1"), ("老周", "A1")):
        await shop.say(who, order)
    await shop.until(11)
    await shop.say("团长小美", "到货了")
    return shop


@pytest.fixture
async def open_shop(shop: Shop) -> Shop:
    """A group buy of strawberries takes sign-ups."""
    await shop.say("团长小美", "开团\n周六水果\nA 红颜草莓 39.9元/盒\n明天20:00截止，3号楼自提")
    await shop.say("团长小美", "开团")
    return shop


@pytest.fixture
async def desk(shop: Shop) -> Shop:
    """老周 has called for a person; the case was given to 客服小周."""
    await shop.say("老周", "人工")
    return shop


@pytest.fixture
async def sold(shop: Shop) -> Shop:
    """王姐 ordered a box of strawberries at ¥39.9 and complains."""
    await shop.say("团长小美", "开团\n周六水果\nA 红颜草莓 39.9元/盒\n今天11:00截止，1盒成团")
    await shop.say("团长小美", "开团")
    await shop.say("王姐", "A1")
    await shop.until(11)
    await shop.say("王姐", "草莓坏了要退款")
    return shop
