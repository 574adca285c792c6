"""Questions of those who come late or are new, and questions about several things at once."""

from chat import Shop

BERRIES = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"
FRESH = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎C 冻虾仁 45元/袋⏎周六20点截止，5份成团，自提3号楼"


async def test_after_the_end_the_way_on_is_told(shop: Shop) -> None:
    await shop.opens(BERRIES)
    await shop.plays(
        """
        团长小美：截单
        小团：团1 周六草莓 已截单，没有人登记
        王姐：还能买吗
        小团：@王姐 团1已截单。要排候补就说要什么、几份，团长加单会告诉您
        团长小美：还能买吗
        王姐：忘了加一盒草莓，现在还能加吗
        小团：@王姐 团1已截单，帮您排上：红颜草莓1盒候补第1位。团长加单会告诉您
        小团→团长小美：团1 截单后 王姐 想加：红颜草莓1盒，已排候补。要加就回「重开」
        """
    )


async def test_how_to_order_is_shown_by_example(shop: Shop) -> None:
    await shop.opens(BERRIES)
    await shop.plays(
        """
        王姐：怎么买呀
        小团：@王姐 直接说要几份就行，比如「+1」或「要2份」，我来登记
        团长小美：怎么买呀
        """
    )
    await shop.opens(FRESH)
    await shop.plays(
        """
        老周：怎么下单呀
        小团：@老周 直接说要几份就行，比如「A2」「B1」这样，我来登记
        """
    )


async def test_several_things_are_answered_together(shop: Shop) -> None:
    await shop.opens(FRESH)
    await shop.plays(
        """
        王姐：@小团 手抓饼和牛肉丸都多少钱
        小团：@王姐 A 手抓饼 15元/袋⏎B 牛肉丸 30元/包
        老周：@小团 多少钱
        小团：@老周 A 手抓饼 15元/袋；B 牛肉丸 30元/包⏎C 冻虾仁 45元/袋
        """
    )
