"""Last week's group buy once more, a poll before there is one, and the leader's morning."""

from chat import Shop

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎今天12点截止，1盒成团，自提3号楼架空层"


async def sold(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：2盒
        小团：✅ 小陈 2盒｜共2/1盒，已够成团⏎（鲜活易腐，不支持七日无理由）
        （12:00）
        小团：✅ 团1 周六草莓 成团：2/1盒，1人，共¥79.8⏎小陈 ¥79.8⏎付款：成团后微信转团长⏎自提：3号楼架空层
        """
    )


async def test_what_the_leader_says_before_the_yes_counts(shop: Shop) -> None:
    await sold(shop)
    await shop.plays(
        """
        团长小美：草莓团再来一次
        小团：@团长小美 照上次：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎1盒成团，自提：3号楼架空层。注意：没写截止时间，会一直收单到您说「截单」⏎回「好」开团，或说要改哪
        团长小美：截止周日20点
        小团：@团长小美 照上次：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎周日20:00截止，1盒成团，自提：3号楼架空层⏎回「好」开团，或说要改哪
        团长小美：草莓改价36
        小团：@团长小美 照上次：周六草莓⏎A 红颜草莓 2斤/盒 36元/盒⏎周日20:00截止，1盒成团，自提：3号楼架空层⏎回「好」开团，或说要改哪
        团长小美：今天天气真好
        团长小美：好
        小团：🎉 团2 周六草莓⏎A 红颜草莓 2斤/盒 36元/盒⏎周日20:00截止，1盒成团，自提：3号楼架空层⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        """
    )


async def test_no_opens_nothing(shop: Shop) -> None:
    await sold(shop)
    await shop.plays(
        """
        团长小美：上次草莓再开一次，周日晚8点截止，价格改36
        小团：@团长小美 照上次：周六草莓⏎A 红颜草莓 2斤/盒 36元/盒⏎周日20:00截止，1盒成团，自提：3号楼架空层⏎回「好」开团，或说要改哪
        团长小美：算了
        小团：好，不开
        团长小美：好
        王姐：1盒
        小团：@王姐 团1已截单，帮您排上：红颜草莓1盒候补第1位。团长加单会告诉您
        小团→团长小美：团1 截单后 王姐 想加：红颜草莓1盒，已排候补。要加就回「重开」
        """
    )


async def test_what_never_was_cannot_come_again(shop: Shop) -> None:
    await sold(shop)
    await shop.plays(
        """
        团长小美：西瓜团再来一次
        小团：@团长小美 没找到这个团，把文案发我就能开
        团长小美：西瓜再来一次
        """
    )


# -- a poll --------------------------------------------------------------------------------------


async def test_everybody_counts_once_and_a_plus_is_an_order(shop: Shop) -> None:
    await shop.opens(OFFER.replace("今天12点", "周六20点"))
    await shop.plays(
        """
        团长小美：想团榴莲的扣1
        小陈：1
        小陈：1
        王姐：+1
        小团：✅ 王姐 1盒｜共1/1盒，已够成团⏎（鲜活易腐，不支持七日无理由）
        （120分钟后）
        小团→团长小美：榴莲：1户有意向，要开团就把文案发我
        """
    )


async def test_nobody_answers_a_poll(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：想团榴莲的扣1
        （120分钟后）
        小团→团长小美：榴莲：暂时没人回1
        """
    )


# -- an old list, the morning --------------------------------------------------------------------


async def test_an_old_list_needs_a_group_buy_to_go_into(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：导入⏎1. 王姐 2盒
        小团：@团长小美 先开团，再导入名单
        """
    )


async def test_the_morning_tells_what_is_open_owed_and_unanswered(shop: Shop) -> None:
    await sold(shop)
    await shop.opens("周末大米⏎A 五常大米 69元/袋⏎周六20点截止，自提3号楼")
    await shop.say("王姐", "@小团 大米是新米吗", mentions=("bot",))
    await shop.passes(seconds=3)
    await shop.say("老周", "人工", room=None)
    await shop.until(20)
    said = await shop.until(8)
    briefs = [shop.written(line) for line in said if line["text"].startswith("早")]
    assert briefs == [
        "小团→团长小美：早，今天：⏎团1 周六草莓：共2/1盒，已够成团，未付1户⏎团2 周末大米：共0袋"
        "⏎售后在办1件⏎没答上来的1条，回「没答上来的」看"
    ]
