"""Native lists that are re-posted, and the list that the bot writes itself."""

from chat import PEOPLE, Shop

from bot.channels import Recalled
from bot.replay_log import ACCOUNT


async def test_the_roll_is_a_list_people_can_go_on_with(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：开团⏎周六团⏎A 手工水饺 50颗/包 22元⏎B 五常大米 10斤/袋 69元⏎周五20点截止，自提3号楼架空层
        小团：我理解为：周六团⏎A 手工水饺 50颗/包 22元/包⏎B 五常大米 10斤/袋 69元/袋⏎明天20:00截止，自提：3号楼架空层。注意：没写几份成团。回「开团」发布，或说要改哪
        团长小美：开团
        小团：🎉 团1 周六团⏎A 手工水饺 50颗/包 22元/包⏎B 五常大米 10斤/袋 69元/袋⏎明天20:00截止，自提：3号楼架空层。接龙回「A2 B1」就行（鲜活易腐，不支持七日无理由）
        小陈：A2 B1
        小团：✅ 小陈 A2 B1 ¥113｜共3份⏎（鲜活易腐，不支持七日无理由）
        王姐：帮我妈也来一包水饺 5-301
        （90秒后）
        小团：✅ 王姐代5-3** 妈妈 A1｜共4份⏎（鲜活易腐，不支持七日无理由）
        老周：名单
        小团：#接龙⏎团1 周六团⏎A 手工水饺 22元/包，B 五常大米 69元/袋⏎⏎1. 小陈：A2包 B1袋⏎2. 王姐代5-3** 妈妈：A1包⏎⏎共4份
        """
    )


async def test_native_list_merge(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：开团⏎周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周五20点截止，5盒成团，自提3号楼架空层
        小团：我理解为：周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止，5盒成团，自提：3号楼架空层⏎回「开团」发布，或说要改哪
        团长小美：开团
        小团：🎉 团1 周六草莓⏎A 红颜草莓 2斤/盒 39.9元/盒⏎明天20:00截止，5盒成团，自提：3号楼架空层⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        李姐：#接龙⏎周六草莓 红颜草莓39.9/盒⏎⏎1. 李姐 2盒⏎2. 小陈 1盒
        小团：✅ 李姐 2盒 · 小陈 1盒｜共3/5盒，还差2
        王姐：#接龙⏎周六草莓 红颜草莓39.9/盒⏎⏎1. 李姐 2盒⏎2. 王姐 1盒
        小团：已合并：王姐 1盒｜共4/5盒，还差1⏎小陈那行被覆盖，已补回
        小陈：改成3份
        （90秒后）
        小团：✅ 小陈 3盒｜共6/5盒，已够成团
        老周：#接龙⏎周六草莓 红颜草莓39.9/盒⏎⏎1. 李姐 0盒⏎2. 王姐 1盒⏎3. 小陈 3盒
        小团：共6/5盒，已够成团⏎#1 李姐 由他人改动，未采纳，本人或团长说了才算
        李姐：+1
        小团：@李姐 您在接龙里已经有了，这次是追加吗？追加请回「追加」
        李姐：追加
        （90秒后）
        小团：✅ 李姐 3盒｜共7/5盒，已够成团
        """
    )


async def test_the_bots_list_goes_on_by_hand(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：开团⏎周六团⏎A 手工水饺 50颗/包 22元⏎B 五常大米 10斤/袋 69元⏎周五20点截止，自提3号楼架空层
        小团：我理解为：周六团⏎A 手工水饺 50颗/包 22元/包⏎B 五常大米 10斤/袋 69元/袋⏎明天20:00截止，自提：3号楼架空层。注意：没写几份成团。回「开团」发布，或说要改哪
        团长小美：开团
        小团：🎉 团1 周六团⏎A 手工水饺 50颗/包 22元/包⏎B 五常大米 10斤/袋 69元/袋⏎明天20:00截止，自提：3号楼架空层。接龙回「A2 B1」就行（鲜活易腐，不支持七日无理由）
        小陈：A2 B1
        小团：✅ 小陈 A2 B1 ¥113｜共3份⏎（鲜活易腐，不支持七日无理由）
        王姐：帮我妈也来一包水饺 5-301 不要葱
        （90秒后）
        小团：✅ 王姐代5-3** 妈妈 A1｜共4份⏎（鲜活易腐，不支持七日无理由）
        老周：名单
        小团：#接龙⏎团1 周六团⏎A 手工水饺 22元/包，B 五常大米 69元/袋⏎⏎1. 小陈：A2包 B1袋⏎2. 王姐代5-3** 妈妈：A1包（不要葱）⏎⏎共4份
        阿May：#接龙⏎团1 周六团⏎A 手工水饺 22元/包，B 五常大米 69元/袋⏎⏎1. 小陈：A2包 B1袋⏎2. 王姐代5-3** 妈妈：A1包（不要葱）⏎3. 阿May：B2袋
        （90秒后）
        小团：✅ 阿May B2｜共6份
        王姐：我的单
        小团：@王姐 团1 周六团：代5-3** 妈妈：手工水饺1包（不要葱），共¥22（未付）
        """
    )


FRUIT = "水果团⏎A 手工水饺 22元/包⏎B 五常大米 69元/袋⏎周六12点截止"


async def test_who_copies_the_bots_list_has_read_it(shop: Shop) -> None:
    await shop.opens(FRUIT)
    await shop.plays(
        """
        小陈：#接龙⏎水果团⏎⏎1. 小陈 水饺1包
        小团：✅ 小陈 A1｜共1份
        小陈：水饺再来2包
        王姐：#接龙⏎水果团⏎⏎1. 小陈 水饺1包⏎2. 王姐 大米1袋
        （90秒后）
        小团：✅ 小陈 A3 · 王姐 B1｜共4份
        小陈：名单
        小团：#接龙⏎团1 水果团⏎A 手工水饺 22元/包，B 五常大米 69元/袋⏎⏎1. 小陈：A3包⏎2. 王姐：B1袋⏎⏎共4份
        小陈：#接龙⏎团1 水果团⏎A 手工水饺 22元/包，B 五常大米 69元/袋⏎⏎1. 小陈：A1包⏎2. 王姐：B1袋⏎⏎共4份
        （90秒后）
        小团：✅ 小陈 A1｜共2份
        """
    )


async def test_one_page_of_a_long_list_takes_nobody_off(shop: Shop) -> None:
    await shop.opens(FRUIT)
    lines = "\n".join(f"{number}. 邻居{number} 水饺1包" for number in range(1, 46))
    await shop.say("团长小美", f"#接龙\n水果团\n\n{lines}")
    for page in ("名单", "名单3"):
        [said] = await shop.say("团长小美", page)
        await shop.say("团长小美", said["text"])
    [group_buy] = (await shop.state())["group_buys"]
    assert group_buy["items"][0]["taken"] == 45


async def test_a_recalled_list_is_no_version(shop: Shop) -> None:
    await shop.opens(FRUIT)
    await shop.plays(
        """
        阿May：#接龙⏎水果团⏎⏎1. 阿May 水饺3包
        小团：✅ 阿May A3｜共3份
        阿May撤回：#接龙⏎水果团⏎⏎1. 阿May 水饺3包
        （90秒后）
        张敏：#接龙⏎水果团⏎⏎1. 阿May 水饺3包⏎2. 张敏 大米1袋
        小团：✅ 阿May 已取消 · 张敏 B1｜共1份
        阿May：#接龙⏎水果团⏎⏎1. 阿May 水饺3包⏎2. 张敏 大米1袋⏎
        （90秒后）
        小团：✅ 阿May A3｜共4份
        """
    )


async def test_what_was_said_twice_holds_when_one_is_recalled(shop: Shop) -> None:
    await shop.opens(FRUIT)
    await shop.say("阿May", "#接龙\n水果团\n\n1. 阿May 水饺3包", id="first")
    await shop.say("阿May", "#接龙\n水果团\n\n1. 阿May 水饺3包\n2. 老周 大米1袋")
    await shop.work(
        Recalled(account=ACCOUNT, room="r1", message="first", sender=PEOPLE["阿May"], at=shop.now)
    )
    [group_buy] = (await shop.state())["group_buys"]
    assert [item["taken"] for item in group_buy["items"]] == [3, 1]


async def test_a_deadline_in_the_head_of_a_list_is_no_change_but_the_leader_hears_how_to(shop: Shop) -> None:
    await shop.opens(FRUIT)
    await shop.plays(
        """
        小陈：#接龙⏎水果团 今晚9点就截止⏎⏎1. 小陈 水饺1包
        小团：✅ 小陈 A1｜共1份
        团长小美：#接龙⏎水果团 周日晚上9点截止⏎⏎1. 小陈 水饺1包
        小团→团长小美：接龙标题写的截止是5月24日21:00，团1还是5月23日12:00。要改请回「截止改到5月24日21:00」
        团长小美：#接龙⏎水果团 周日晚上9点截止⏎⏎1. 小陈 水饺1包⏎2. 王姐 大米1袋
        （90秒后）
        小团：✅ 王姐 B1｜共2份
        """
    )
    [group_buy] = (await shop.state())["group_buys"]
    assert group_buy["deadline"].startswith("2026-05-23T12:00")
    await shop.plays(
        """
        团长小美（私聊）：截止改到5月24日21:00
        小团：团1 水果团 延期了，5月24日21:00截止。共2份
        """
    )


async def test_a_list_that_changed_nothing_changes_nothing_when_it_comes_again(shop: Shop) -> None:
    await shop.opens(FRUIT)
    await shop.say("小陈", "#接龙\n水果团\n\n1. 小陈 水饺2包")
    await shop.say("小陈", "我的不要了")
    old = "#接龙\n水果团\n\n1. 小陈 水饺2包\n"
    await shop.say("小陈", old, id="old")  # as the list said before: no change
    await shop.say("团长小美", "名单")
    await shop.restart()
    await shop.say("小陈", old, id="old")
    [group_buy] = (await shop.state())["group_buys"]
    assert [item["taken"] for item in group_buy["items"]] == [0, 0]
