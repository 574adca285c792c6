"""The delivery is late: whom it concerns is asked, and what they choose goes to the leader."""

from chat import Shop

OFFER = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎周六20点截止，2份成团，自提3号楼"


async def locked(shop: Shop) -> None:
    """小陈 has two bags of pancakes, 王姐 a pack of meatballs, and nobody may change it now."""
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：A2
        小团：✅ 小陈 A2｜共2/2份，已够成团
        王姐：B1
        （90秒后）
        小团：✅ 王姐 B1｜共3/2份，已够成团
        团长小美：截单
        小团：✅ 团1 周末鲜货 截单：3/2份，2人，共¥60⏎小陈 ¥30 · 王姐 ¥30⏎付款：成团后微信转团长⏎自提：3号楼
        """
    )


async def test_only_those_who_ordered_the_late_item_are_asked(shop: Shop) -> None:
    await locked(shop)
    await shop.plays(
        """
        团长小美：牛肉丸要晚两天才能到
        小团：@王姐 团1 牛肉丸 要晚两天到，对不住。回「等」「换」或「退」，不回就是等
        小陈：退
        王姐：那就等等吧，没事
        小团：@王姐 好，谢谢您等
        """
    )


async def test_money_back_takes_one_word_of_the_buyer_and_one_of_the_leader(shop: Shop) -> None:
    await locked(shop)
    await shop.plays(
        """
        团长小美：今天送不了
        小团：@小陈 @王姐 团1 周末鲜货 今天到不了，对不住。回「等」「换」或「退」，不回就是等
        王姐：退款吧
        小团：@王姐 好，已转团长办理
        小团→团长小美：团1 晚到：王姐 要退。同意请回「王姐取消」
        团长小美：王姐取消
        （90秒后）
        小团：✅ 王姐 已取消｜共2/2份，已够成团
        """
    )


async def test_an_exchange_is_the_leaders_to_arrange(shop: Shop) -> None:
    await locked(shop)
    await shop.plays(
        """
        团长小美：推迟一天
        小团：@小陈 @王姐 团1 周末鲜货 要晚一天到，对不住。回「等」「换」或「退」，不回就是等
        小陈：我换货吧
        小团：@小陈 好，已转团长办理
        小团→团长小美：团1 晚到：小陈 要换
        """
    )


async def test_a_choice_made_in_private_counts_for_the_group(shop: Shop) -> None:
    await locked(shop)
    await shop.plays(
        """
        团长小美：晚点到
        小团：@小陈 @王姐 团1 周末鲜货 要晚点到，对不住。回「等」「换」或「退」，不回就是等
        小陈（私聊）：等
        小团→小陈：好，谢谢您等
        """
    )


async def test_no_delivery_is_late_before_the_lock(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：A2
        小团：✅ 小陈 A2｜共2/2份，已够成团
        团长小美：今天送不了
        小陈：等
        """
    )
