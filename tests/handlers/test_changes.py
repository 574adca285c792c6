"""Changing one's mind: what is exchanged for what, also where the units differ."""

from chat import Shop

OFFER = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎C 活虾 45元/斤⏎周六20点截止，5份成团，自提3号楼"


async def test_one_item_for_another_by_their_short_names(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：手抓饼2袋
        小团：✅ 小陈 A2｜共2/5份，还差3⏎（鲜活易腐，不支持七日无理由）
        小陈：手抓饼换成虾
        （90秒后）
        小团：✅ 小陈 C2｜共2/5份，还差3
        """
    )


async def test_half_of_one_is_no_half_of_another(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        李姐：虾半斤
        小团：✅ 李姐 C0.5｜共0.5/5份，还差4.5⏎（鲜活易腐，不支持七日无理由）
        李姐：把虾换成牛肉丸
        小团：@李姐 活虾换成牛肉丸，要几包？
        李姐：1
        （90秒后）
        小团：✅ 李姐 B1｜共1/5份，还差4
        """
    )


async def test_the_one_thing_on_a_line_is_what_is_exchanged(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：牛肉丸一包
        小团：✅ 王姐 B1｜共1/5份，还差4⏎（鲜活易腐，不支持七日无理由）
        王姐：打错了，不是牛肉丸，是手抓饼
        （90秒后）
        小团：✅ 王姐 A1｜共1/5份，还差4
        """
    )


async def test_each_order_of_a_household_is_changed_by_its_own_name(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：手抓饼2袋
        小团：✅ 王姐 A2｜共2/5份，还差3⏎（鲜活易腐，不支持七日无理由）
        王姐：给我婆婆也带一包牛肉丸
        （90秒后）
        小团：✅ 王姐代婆婆 B1｜共3/5份，还差2
        王姐：婆婆那份改成2包
        （90秒后）
        小团：✅ 王姐代婆婆 B2｜共4/5份，还差1
        王姐：婆婆那份不要了
        王姐：婆婆那份还是要吧
        （90秒后）
        小团：✅ 王姐代婆婆 B2｜共4/5份，还差1
        王姐：我那份不要了，婆婆家里有
        （90秒后）
        小团：✅ 王姐 已取消｜共2/5份，还差3
        """
    )


async def test_a_locked_group_buy_opens_again_until_a_new_time(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：手抓饼2袋
        小团：✅ 王姐 A2｜共2/5份，还差3⏎（鲜活易腐，不支持七日无理由）
        团长小美：截单
        小团：✅ 团1 周末鲜货 截单：2/5份，1人，共¥30⏎王姐 ¥30⏎付款：成团后微信转团长⏎自提：3号楼
        团长小美：重开到今晚9点
        小团：团1 周末鲜货 重开了，5月21日21:00截止。共2/5份，还差3
        """
    )


async def test_the_same_as_a_neighbour_called_by_name(shop: Shop) -> None:
    await shop.opens("涮锅⏎A 羊肉卷 38元⏎B 面筋 9元⏎周六20点截止，5份成团，自提3号楼")
    await shop.plays(
        """
        李姐：羊肉卷2包
        小团：✅ 李姐 A2｜共2/5份，还差3
        小陈：面筋一包
        王姐：跟李姐一样
        （90秒后）
        小团：✅ 小陈 B1 · 王姐 A2｜共5/5份，已够成团
        """
    )


async def test_what_has_not_come_is_given_back_from_the_list(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：牛肉丸3包 手抓饼1袋
        小团：✅ 王姐 A1 B3 ¥105｜共4/5份，还差1⏎（鲜活易腐，不支持七日无理由）
        王姐：退两包牛肉丸
        （90秒后）
        小团：✅ 王姐 A1 B1 ¥45｜共2/5份，还差3
        王姐：牛肉丸退了吧
        （90秒后）
        小团：✅ 王姐 A1｜共1/5份，还差4
        """
    )
    assert (await shop.state())["tickets"] == []


async def test_a_smaller_wish_than_what_was_offered_waits(shop: Shop) -> None:
    await shop.opens("丸子⏎A 牛肉丸 30元/包 每人限3包⏎周六20点截止，自提3号楼")
    await shop.plays(
        """
        小陈：5包
        小团：@小陈 牛肉丸每人限3包，已记3，多的2没记；要候补回「候补」
        小陈：候补1包
        小团：@小陈 牛肉丸候补1包，您是第1位
        """
    )


async def test_the_leader_grants_in_plain_words_what_was_asked_after_the_lock(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：手抓饼2袋
        小团：✅ 王姐 A2｜共2/5份，还差3⏎（鲜活易腐，不支持七日无理由）
        团长小美：截单
        小团：✅ 团1 周末鲜货 截单：2/5份，1人，共¥30⏎王姐 ¥30⏎付款：成团后微信转团长⏎自提：3号楼
        王姐：我要取消
        小团：@王姐 团1已截单，您的要求已转给团长，有答复我告诉您
        小团→团长小美：团1 王姐 截单后说「我要取消」。同意请回「王姐取消」，或「重开」
        团长小美：同意王姐取消吧
        小团→王姐：团1 团长同意了，已给您取消
        （90秒后）
        小团：✅ 王姐 已取消｜共0/5份，还差5
        """
    )
