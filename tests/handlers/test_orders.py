"""What I ordered, what I owe, where I stand, and that I have paid."""

from chat import Shop

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层"


async def test_nothing_booked_is_said_with_what_can_be_done(shop: Shop) -> None:
    await shop.plays(
        """
        小陈：@小团 我的单
        小团：@小陈 您现在没有登记，也没有在开的团
        """
    )
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：我的单
        小团：@小陈 您现在没有登记。想要就回「+1」
        """
    )


async def test_what_waits_costs_nothing_yet(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        团长小美：暂停A
        小团：团1 A 红颜草莓 暂停接单，新登记先候补
        李姐：2盒
        小团：@李姐 红颜草莓暂停中，2盒先候补
        李姐：我的单
        小团：@李姐 团1 周六草莓：候补红颜草莓2盒
        李姐：我排第几
        小团：@李姐 团1，候补第1位
        小陈：我排第几
        小团：@小陈 团1您排第1，共1位
        """
    )


async def test_what_one_pays_for_others_is_masked_in_the_group_only(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：给我妈带一盒 5-301 不要太熟的
        小团：✅ 王姐代5-3** 妈妈 1盒｜共1/5盒，还差4⏎（鲜活易腐，不支持七日无理由）
        王姐：再来一盒
        （90秒后）
        小团：✅ 王姐 1盒｜共2/5盒，还差3
        王姐：我的单
        小团：@王姐 团1 周六草莓：红颜草莓1盒；代5-3** 妈妈：红颜草莓1盒（不要太熟的），共¥79.8（未付）
        王姐（私聊）：我的单
        小团→王姐：团1 周六草莓：红颜草莓1盒；代妈妈：红颜草莓1盒（不要太熟的），共¥79.8（未付）
        团长小美：王姐已付
        小团：@团长小美 记好了：王姐 已付。还有1户未付
        王姐：我的单
        小团：@王姐 团1 周六草莓：红颜草莓1盒；代5-3** 妈妈：红颜草莓1盒（不要太熟的），共¥79.8（还有¥39.9未付）
        """
    )


async def test_having_paid_is_noted_once_and_checked_by_the_leader(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        小陈：我该付多少
        小团：@小陈 团1 周六草莓：红颜草莓2盒，共¥79.8（未付）
        小陈：已付
        小团：@小陈 收到，等团长核对
        小团→团长小美：小陈 说已付 团1 ¥79.8。核对后回「小陈已付」
        小陈：@小团 已付
        小团：@小陈 记着了，等团长核对
        团长小美：小陈已付
        小团：@团长小美 记好了：小陈 已付。都付了
        小陈：@小团 已转
        小团：@小陈 团长已经核对过了
        小陈：已转
        王姐：已付
        """
    )


async def test_what_failed_need_not_be_paid(shop: Shop) -> None:
    await shop.opens(OFFER.replace("周五20点", "今天12点"))
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/5盒，还差3⏎（鲜活易腐，不支持七日无理由）
        （12:00）
        小团：❌ 团1 周六草莓 未成团：2/5盒，还差3。没有收款，不用管。想再凑，团长回「延一天」
        小陈：@小团 我的单
        小团：@小陈 团1 周六草莓：红颜草莓2盒，共¥79.8（未成团，不用付）
        """
    )


async def test_of_many_group_buys_the_group_reads_four_and_the_buyer_all(shop: Shop) -> None:
    for day in "一二三四五":
        await shop.opens(f"周{day}水饺⏎A 手工水饺 22元/包⏎周六20点截止，自提3号楼")
    for number in range(1, 6):
        await shop.say("小陈", f"团{number} 1包")
    await shop.passes(minutes=2)
    await shop.plays(
        """
        小陈：我的单
        小团：@小陈 团5 周五水饺：手工水饺1包，共¥22（未付）⏎团4 周四水饺：手工水饺1包，共¥22（未付）⏎团3 周三水饺：手工水饺1包，共¥22（未付）⏎团2 周二水饺：手工水饺1包，共¥22（未付）⏎还有1个团，私聊我「我的单」看全部
        小陈（私聊）：我的单
        小团→小陈：团5 周五水饺：手工水饺1包，共¥22（未付）⏎团4 周四水饺：手工水饺1包，共¥22（未付）⏎团3 周三水饺：手工水饺1包，共¥22（未付）⏎团2 周二水饺：手工水饺1包，共¥22（未付）⏎团1 周一水饺：手工水饺1包，共¥22（未付）
        """
    )
