"""A group buy that came to nothing: nobody is left to wonder where the money goes."""

from chat import Shop

OFFER = "周末甜瓜⏎A 羊角蜜 25元/箱⏎今天12点截止，10箱成团，自提3号楼"


async def failed(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：要2箱
        小团：✅ 王姐 2箱｜共2/10箱，还差8
        （8400秒后）
        小团：❌ 团1 周末甜瓜 未成团：2/10箱，还差8。没有收款，不用管。想再凑，团长回「延一天」
        """
    )


async def test_who_paid_too_late_is_paid_back(shop: Shop) -> None:
    await failed(shop)
    await shop.plays(
        """
        王姐：转了 请查收
        小团：@王姐 团1没成团，不用付；已经付了的，团长核对后退您
        小团→团长小美：王姐 说已付 团1（没成团）¥50，核对后请退。退完回「王姐已退」
        团长小美：王姐已退
        小团：@团长小美 记好了：王姐 已退款。都退完了
        """
    )
    assert (await shop.state())["group_buys"][0]["state"] == "refunded"


async def test_the_leader_notes_what_came_in(shop: Shop) -> None:
    await failed(shop)
    await shop.plays(
        """
        团长小美：王姐已付
        小团：@团长小美 记好了：王姐 已付。团1没成团，还有1笔要退，退完回「王姐已退」
        团长小美：谁没付
        小团：@团长小美 团1 退款中，不用收款，还有1笔要退，退完回「王姐已退」
        """
    )


async def test_nothing_is_ordered_or_signed_up_for_it(shop: Shop) -> None:
    await failed(shop)
    await shop.plays(
        """
        小陈：羊角蜜来一箱
        小团：@小陈 团1 周末甜瓜没成团，已经结束了。
        团长小美：已下单
        小团：@团长小美 团1 现在是「未成团」，不能这样做。
        王姐：我的单
        小团：@王姐 团1 周末甜瓜：羊角蜜2箱，共¥50（未成团，不用付）
        """
    )
