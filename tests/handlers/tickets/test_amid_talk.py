"""Complaints of people who have just got their goods, amid talk of other things."""

from chat import Shop


async def test_who_has_got_goods_is_heard_whatever_the_room_speaks_of(shop: Shop) -> None:
    await shop.opens("周末囤货⏎A 手抓饼 26元/袋⏎B 牛肉丸 59.9元/包⏎今天12点截，自提3号楼大厅")
    for who, text in (("小陈", "A2"), ("王姐", "B1"), ("李姐", "A1")):
        await shop.say(who, text)
    await shop.passes(seconds=3 * 3600)
    await shop.say("团长小美", "货到了")
    for who, text in (("老周", "今天作业真多"), ("阿May", "是啊，做到10点"), ("老周", "老师也不容易")):
        await shop.say(who, text)
    await shop.say("小陈", "收到的少了一袋")
    await shop.say("王姐", "煮出来全破皮了")
    await shop.say("王姐", "吃了闹肚子")
    await shop.say("老周", "我家孩子昨天也闹肚子")
    cases = {case["customer"]: case["category"] for case in (await shop.state())["tickets"]}
    assert cases == {"u1": "missing", "u2": "safety"}


async def test_nothing_has_come_and_the_room_speaks_of_school(shop: Shop) -> None:
    await shop.opens("周末囤货⏎A 手抓饼 26元/袋⏎周六12点截，自提3号楼大厅")
    for who, text in (("老周", "今天作业真多"), ("阿May", "打印的卷子漏了两页"), ("小陈", "我的也漏了")):
        assert await shop.say(who, text) == []
    assert (await shop.state())["tickets"] == []
