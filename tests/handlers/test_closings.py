"""The end of a group buy by its leader's word: locked, called off, brought back, put off."""

import pytest
from chat import Shop

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"
OTHER = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎周六20点截止，2份成团，自提3号楼"


@pytest.fixture
async def booked(shop: Shop) -> Shop:
    """小陈 has a box."""
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：1盒
        小团：✅ 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        """
    )
    return shop


async def locked(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：截单
        小团：✅ 团1 周六草莓 截单：1/5盒，1人，共¥39.9⏎小陈 ¥39.9⏎付款：成团后微信转团长⏎自提：3号楼架空层
        """
    )


# -- after the lock ------------------------------------------------------------------------------


async def test_what_the_leader_grants_after_the_lock_is_told_and_settled(booked: Shop) -> None:
    await locked(booked)
    await booked.plays(
        """
        小陈：改成3盒
        小团：@小陈 团1已截单，您的要求已转给团长，有答复我告诉您
        小团→团长小美：团1 小陈 截单后说「改成3盒」。同意请回「小陈改成3盒」，或「重开」
        团长小美：小陈改成3盒
        小团→小陈：团1 团长同意了，现在是：红颜草莓3盒
        小陈：不要了
        小团：@小陈 团1已截单，您的要求已转给团长，有答复我告诉您
        小团→团长小美：团1 小陈 截单后说「不要了」。同意请回「小陈取消」，或「重开」
        （90秒后）
        小团：✅ 小陈 3盒｜共3/5盒，还差2
        团长小美：小陈取消
        小团→小陈：团1 团长同意了，已给您取消
        团长小美：重开
        小团：团1 周六草莓 重开了，5月22日20:00截止。共0/5盒，还差5
        """
    )


async def test_reopening_asks_for_open_requests_again_and_serves_who_waited(booked: Shop) -> None:
    await locked(booked)
    await booked.plays(
        """
        小陈：不要了
        小团：@小陈 团1已截单，您的要求已转给团长，有答复我告诉您
        小团→团长小美：团1 小陈 截单后说「不要了」。同意请回「小陈取消」，或「重开」
        王姐：+1
        小团：@王姐 团1已截单，帮您排上：红颜草莓1盒候补第1位。团长加单会告诉您
        小团→团长小美：团1 截单后 王姐 想加：红颜草莓1盒，已排候补。要加就回「重开」
        团长小美：重开
        小团→小陈：团1 重开了，之前的改动请再说一次
        小团：团1 周六草莓 重开了，5月22日20:00截止。共2/5盒，还差3
        小团：@王姐 重开了，候补的红颜草莓1盒给您记上了，不要请说「不要了」
        """
    )


async def test_a_lock_from_the_private_chat_is_confirmed_there(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美（私聊）：截单
        小团：✅ 团1 周六草莓 截单：1/5盒，1人，共¥39.9⏎小陈 ¥39.9⏎付款：成团后微信转团长⏎自提：3号楼架空层
        小团→团长小美：团1 已截单，回「重开」可恢复
        团长小美：截单
        小团：@团长小美 团1 现在是「已截单」，不能这样做。
        """
    )


# -- called off ----------------------------------------------------------------------------------


async def test_calling_off_can_be_thought_over(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：取消团购
        小团：@团长小美 将取消团1 周六草莓，通知1户。确定请回「确认取消」
        团长小美：先不取消
        小团：好，不取消
        王姐：1盒
        （90秒后）
        小团：✅ 王姐 1盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        """
    )


async def test_called_off_with_money_in_it_is_paid_back_one_by_one(booked: Shop) -> None:
    await booked.plays(
        """
        小陈：已付
        小团：@小陈 收到，等团长核对
        小团→团长小美：小陈 说已付 团1 ¥39.9。核对后回「小陈已付」
        团长小美：取消团购
        小团：@团长小美 将取消团1 周六草莓，通知1户，退款1笔。确定请回「确认取消」
        团长小美：确定取消
        小团：@小陈 团1 周六草莓 已取消，1户的登记作废。已付的1位原路退款，团长会逐个处理。
        小陈：我的单
        小团：@小陈 团1 周六草莓：红颜草莓1盒，共¥39.9（退款中，付了的会退）
        团长小美：小陈已退
        小团：@团长小美 记好了：小陈 已退款。都退完了
        """
    )


async def test_called_off_and_back_with_everything_in_it(booked: Shop) -> None:
    await booked.plays(
        """
        小陈：已付
        小团：@小陈 收到，等团长核对
        小团→团长小美：小陈 说已付 团1 ¥39.9。核对后回「小陈已付」
        团长小美：取消团购
        小团：@团长小美 将取消团1 周六草莓，通知1户，退款1笔。确定请回「确认取消」
        团长小美：确认
        小团：@小陈 团1 周六草莓 已取消，1户的登记作废。已付的1位原路退款，团长会逐个处理。
        团长小美：撤销
        小团：团1 周六草莓 恢复了，登记都在
        小陈：我的单
        小团：@小陈 团1 周六草莓：红颜草莓1盒，共¥39.9（已付待核对）
        """
    )


async def test_an_empty_one_comes_back_for_ten_minutes_only(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        团长小美：取消团购
        小团：@团长小美 将取消团1 周六草莓，没有人登记。确定请回「确认取消」
        团长小美：确认取消
        小团：团1 周六草莓 已取消。
        （15分钟后）
        团长小美：恢复
        小陈：@小团 我的单
        小团：@小陈 您现在没有登记，也没有在开的团
        """
    )


# -- which one -----------------------------------------------------------------------------------


async def test_of_two_the_number_decides(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.opens(OTHER)
    await shop.plays(
        """
        团长小美：截单
        小团：@团长小美 哪个团？团1 周六草莓，团2 周末鲜货。请带团号说，比如「团1 截单」
        团长小美：团9截单
        小团：@团长小美 这里没有团9。
        团长小美：团2截单
        小团：团2 周末鲜货 已截单，没有人登记
        团长小美：团1取消
        小团：@团长小美 将取消团1 周六草莓，没有人登记。确定请回「确认取消」
        团长小美：确认取消
        小团：团1 周六草莓 已取消。
        """
    )


async def test_the_words_that_the_bot_proposes_are_understood(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.opens(OTHER)
    await shop.plays(
        """
        团长小美：取消团购
        小团：@团长小美 哪个团？团1 周六草莓，团2 周末鲜货。请带团号说，比如「团1 取消团购」
        团长小美：团1 取消团购
        小团：@团长小美 将取消团1 周六草莓，没有人登记。确定请回「确认取消」
        """
    )


# -- longer, and again ---------------------------------------------------------------------------


async def test_what_failed_goes_on_until_a_new_time(shop: Shop) -> None:
    await shop.opens(OFFER.replace("周五20点", "今天12点"))
    await shop.plays(
        """
        小陈：1盒
        小团：✅ 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        （12:00）
        小团：❌ 团1 周六草莓 未成团：1/5盒，还差4。没有收款，不用管。想再凑，团长回「延一天」
        团长小美：重开
        小团：团1 周六草莓 重开了，截止时间请再说一次，或随时「截单」。共1/5盒，还差4
        团长小美：延长2小时
        小团：团1 周六草莓 延期了，5月21日14:00截止。共1/5盒，还差4
        团长小美：延到周六20点
        小团：团1 周六草莓 延期了，5月23日20:00截止。共1/5盒，还差4
        """
    )


async def test_refunds_under_way_are_not_turned_back_by_reopening(shop: Shop) -> None:
    await shop.opens(OFFER.replace("周五20点", "今天12点"))
    await shop.plays(
        """
        小陈：1盒
        小团：✅ 小陈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        团长小美：小陈已付
        小团：@团长小美 记好了：小陈 已付。都付了
        （12:00）
        小团：❌ 团1 周六草莓 未成团：1/5盒，还差4。已付的1位会原路退款。想再凑，团长回「延一天」
        （60分钟后）
        小团→小陈：团1 周六草莓没成团，您付的¥39.9会原路退，团长在办
        小团→团长小美：团1 未成团，要退款 1 笔：小陈¥39.9。退完回「小陈已退」
        团长小美：重开
        小团：@团长小美 团1 现在是「退款中」，不能这样做。
        """
    )


async def test_all_rooms_that_sign_up_hear_of_the_end(booked: Shop) -> None:
    await booked.plays(
        """
        团长小美：同步到果园二群
        小团（果园二群）：🎉 团1 周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止，5盒成团，自提：3号楼架空层⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        小团：@团长小美 已同步到果园二群，共用一份库存
        团长小美：延到周六20点
        小团：团1 周六草莓 延期了，5月23日20:00截止。共1/5盒，还差4
        小团（果园二群）：团1 周六草莓 延期了，5月23日20:00截止。共1/5盒，还差4
        团长小美：草莓改价36
        小团：团1 周六草莓：红颜草莓改为36元/盒，已登记的也按新价
        小团（果园二群）：团1 周六草莓：红颜草莓改为36元/盒，已登记的也按新价
        团长小美：取消团购
        小团：@团长小美 将取消团1 周六草莓，通知1户。确定请回「确认取消」
        团长小美：确认取消
        小团：@小陈 团1 周六草莓 已取消，1户的登记作废。
        小团（果园二群）：@小陈 团1 周六草莓 已取消，1户的登记作废。
        """
    )


async def test_more_time_after_a_failure_keeps_the_money_that_was_paid(shop: Shop) -> None:
    await shop.opens("大米团⏎A 五常大米 69元/袋⏎5份成团 今晚6点截止")
    await shop.plays(
        """
        小陈：2袋
        小团：✅ 小陈 2袋｜共2/5袋，还差3
        王姐：1袋
        小陈：已付
        小团：@小陈 收到，等团长核对
        小团→团长小美：小陈 说已付 团1 ¥138。核对后回「小陈已付」
        （18:00）
        小团：✅ 王姐 1袋｜共3/5袋，还差2
        小团：团1 大米团：共3/5袋，还差2，18:00截止，缺的邻居抓紧～
        小团：❌ 团1 大米团 未成团：3/5袋，还差2。已付的1位会原路退款。想再凑，团长回「延一天」
        （5分钟后）
        小团→小陈：团1 大米团没成团，您付的¥138会原路退，团长在办
        小团→团长小美：团1 未成团，要退款 1 笔：小陈¥138。退完回「小陈已退」
        团长小美：延一天
        小团：团1 大米团 重开了，5月22日18:05截止。共3/5袋，还差2
        小团→小陈：团1 延期再凑，您付的¥138先留着，不成团再退；不想等回「不要了」
        小团→团长小美：团1 重开了，这1笔先别退：小陈¥138
        老周：2袋
        小团：✅ 老周 2袋｜共5/5袋，已够成团
        """
    )
    [group_buy] = (await shop.state())["group_buys"]
    assert group_buy["state"] == "reached"
    assert [line["payment"] for line in group_buy["sign_ups"]] == ["claimed", "unpaid", "unpaid"]


async def test_what_the_leader_cancelled_is_not_reopened_while_money_goes_back(shop: Shop) -> None:
    await shop.opens("大米团⏎A 五常大米 69元/袋⏎今晚6点截止")
    for said in ("小陈：2袋", "小陈：已付", "团长小美：取消团购", "团长小美：确认取消"):
        await shop._acts(said)
    await shop.plays(
        """
        （15分钟后）
        团长小美：延一天
        小团：@团长小美 团1 现在是「退款中」，不能这样做。
        """
    )
    [group_buy] = (await shop.state())["group_buys"]
    assert group_buy["state"] == "refunding"
