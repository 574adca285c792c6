"""A pasted offer becomes a draft: what is missing is asked, words correct it, and only 开团 publishes it."""

from chat import Shop

DRAFT = "开团⏎周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止"


async def test_a_bare_call_is_told_what_to_send(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：开团
        小团：把团购内容发给我：名称、价格、规格、几点截止、几份成团、在哪拿
        """
    )


async def test_an_item_without_a_price_is_not_published(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：开团⏎周六杨梅⏎A 东魁杨梅 5斤/箱⏎周五20点截止，3号楼自提，5箱成团
        小团：我理解为：周六杨梅⏎A 东魁杨梅 5斤/箱 价格未写⏎明天20:00截止，5箱成团，自提：3号楼。注意：A 没写价格⏎回「开团」发布，或说要改哪
        团长小美：开团
        小团：A 东魁杨梅 还没写价格，比如回「A改成39.9元」
        团长小美：A改成88元
        小团：我理解为：周六杨梅⏎A 东魁杨梅 5斤/箱 88元/箱⏎明天20:00截止，5箱成团，自提：3号楼⏎回「开团」发布，或说要改哪
        团长小美：开团
        小团：🎉 团1 周六杨梅⏎A 东魁杨梅 5斤/箱 88元/箱⏎明天20:00截止，5箱成团，自提：3号楼⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        """
    )


async def test_targets_in_money_and_in_people(shop: Shop) -> None:
    await shop.plays(
        f"""
        团长小美：{DRAFT}
        小团：我理解为：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止。注意：没写在哪拿；没写几份成团⏎回「开团」发布，或说要改哪
        团长小美：满500元成团
        小团：我理解为：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止，满500元成团。注意：没写在哪拿⏎回「开团」发布，或说要改哪
        团长小美：截止改到6月20日20点
        小团：我理解为：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎6月20日20:00截止，满500元成团。注意：没写在哪拿⏎回「开团」发布，或说要改哪
        团长小美：开团
        小团：🎉 团1 周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎6月20日20:00截止，满500元成团⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        小陈：2盒
        小团：✅ 小陈 2盒｜共79.8/500元，还差420.2⏎（鲜活易腐，不支持七日无理由）
        团长小美：10人成团
        小团：团1 周六草莓：共1/10人，还差9
        """
    )


async def test_terms_that_are_not_understood_are_asked_again(shop: Shop) -> None:
    await shop.plays(
        f"""
        团长小美：{DRAFT}
        小团：我理解为：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止。注意：没写在哪拿；没写几份成团⏎回「开团」发布，或说要改哪
        团长小美：成团人数随便吧
        小团：没看懂要改哪，比如：截止改周六20点；A改成38元；20份成团
        团长小美：中午吃什么
        团长小美：算了
        小团：好，草稿作废
        """
    )


async def test_in_private_the_room_must_be_known(shop: Shop) -> None:
    await shop.plays(
        f"""
        团长小美（私聊）：{DRAFT}
        小团→团长小美：在哪个群开？请到群里发一次
        团长小美：大家早
        """
    )


async def test_a_draft_from_the_private_chat_is_published_in_the_group(shop: Shop) -> None:
    await shop.opens("周日水饺⏎A 手工水饺 22元/包⏎周六20点截止，自提3号楼")
    await shop.plays(
        f"""
        团长小美（私聊）：{DRAFT}
        小团→团长小美：我理解为：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止。注意：没写在哪拿；没写几份成团⏎回「开团」发布，或说要改哪
        团长小美（私聊）：开团
        小团：🎉 团2 周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        小团→团长小美：团2 已在群里发布
        """
    )


async def test_words_that_the_law_forbids_are_pointed_out(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：开团⏎周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼，全国第一好吃
        小团：我理解为：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止，5盒成团，自提：3号楼。注意：「全国第一、第一好」广告法不让说⏎回「开团」发布，或说要改哪
        """
    )


async def test_a_price_of_three_and_a_price_of_one_once_many_are_sold(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：开团⏎周六水果⏎A 红颜草莓 39.9元/盒，满3盒100元⏎B 土鸡蛋 28.8元/板，满4板25元/板⏎周六20点截止，自提3号楼，9份成团
        小团：我理解为：周六水果⏎A 红颜草莓 2斤/盒 39.9元/盒（3盒100）⏎B 土鸡蛋 1板=30枚 28.8元/板（满4板降到25）⏎周六20:00截止，9份成团，自提：3号楼。回「开团」发布，或说要改哪
        团长小美：开团
        小团：🎉 团1 周六水果⏎A 红颜草莓 2斤/盒 39.9元/盒（3盒100）⏎B 土鸡蛋 1板=30枚 28.8元/板（满4板降到25）⏎周六20:00截止，9份成团，自提：3号楼。接龙回「A2 B1」就行（鲜活易腐，不支持七日无理由）
        王姐：@小团 草莓多少钱
        小团：@王姐 红颜草莓：39.9元/盒（2斤/盒），3盒100元
        王姐：@小团 鸡蛋多少钱
        小团：@王姐 土鸡蛋：28.8元/板（1板=30枚），满4板25元
        小陈：A4 B1
        小团：✅ 小陈 A4 B1 ¥168.7｜共5/9份，还差4⏎（鲜活易腐，不支持七日无理由）
        王姐：B3
        （90秒后）
        小团：✅ 王姐 B3｜共8/9份，还差1⏎（鲜活易腐，不支持七日无理由）
        小陈：我该付多少
        小团：@小陈 团1 周六水果：红颜草莓4盒、土鸡蛋1板，共¥164.9（未付）
        """
    )


async def test_what_may_not_be_sold_is_pointed_out_and_never_opened(shop: Shop) -> None:
    """L12."""
    said = await shop.say(
        "团长小美", "开团\n周末好货\nA 红颜草莓 39.9元/盒\nB 阿莫西林 12元/盒\n明天20:00截止"
    )
    assert "阿莫西林是药品，不能团购" in said[-1]["text"]
    said = await shop.say("团长小美", "开团")
    assert said[-1]["text"].endswith("阿莫西林 是药品，不能在群里团购，请去掉后重新发一次。")
    assert (await shop.state())["group_buys"] == []
    await shop.say("团长小美", "开团\n周末好货\nA 红颜草莓 39.9元/盒\n明天20:00截止")
    assert (await shop.say("团长小美", "开团"))[-1]["text"].startswith("🎉")


async def test_alcohol_is_marked(shop: Shop) -> None:
    """L13."""
    await shop.say("团长小美", "开团\nA 青岛啤酒 49元/箱\n明天20:00截止")
    assert "酒不卖给未成年人" in (await shop.say("团长小美", "开团"))[-1]["text"]
