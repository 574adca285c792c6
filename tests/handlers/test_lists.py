"""Native lists in every shape: what is taken in, what is not understood, and lists that nobody opened."""

from chat import Shop

OFFER = "周末鲜货⏎A 手抓饼 15元/袋⏎B 牛肉丸 30元/包⏎C 鸡蛋 28元/板⏎周六20点截止，5份成团，自提3号楼"


async def test_a_list_comes_in_with_proxies_homes_and_remarks(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼2袋⏎2. 王姐 饼1袋 5-302 要微辣⏎3. 老周代妈妈 牛肉丸1包⏎4. 李姐 三斤半牛奶⏎5. 张敏 2⏎6. 阿May 散养蛋1板 已付
        小团：已合并：小陈 A2 · 王姐 A1 · 老周代妈妈 B1 · 阿May C1｜共5/5份，已够成团⏎看不懂：#4 #5
        团长小美（私聊）：分货单
        小团→团长小美：团1 周末鲜货 分货单⏎【5号楼】⏎5-302 王姐 A1（要微辣）⏎【其他】⏎小陈 A2⏎老周代妈妈 B1⏎阿May C1
        团长小美（私聊）：谁没付
        小团→团长小美：团1 未付4户⏎小陈 ¥30⏎王姐 ¥15⏎老周代妈妈 ¥30⏎阿May ¥28 说已付
        """
    )


async def test_ones_own_line_may_go_but_not_the_neighbours(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼2袋⏎2. 王姐 手抓饼1袋⏎3. 老周代妈妈 牛肉丸1包
        小团：✅ 小陈 A2 · 王姐 A1 · 老周代妈妈 B1｜共4/5份，还差1
        小陈：#接龙⏎周末鲜货⏎⏎1. 王姐 手抓饼1袋⏎2. 老周代妈妈 牛肉丸1包
        （90秒后）
        小团：✅ 小陈 已取消｜共2/5份，还差3
        小陈：#接龙⏎周末鲜货⏎⏎1. 王姐 手抓饼1袋
        小团：共2/5份，还差3⏎老周代妈妈那行被覆盖，已补回
        """
    )


async def test_a_list_of_another_number_is_none_of_this(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        王姐：#接龙⏎团9 别的⏎⏎1. 小陈 手抓饼2袋
        王姐：#接龙⏎周日春游⏎⏎1. 小陈⏎2. 王姐
        团长小美：还差多少
        小团：@团长小美 团1 共0/5份，还差5
        """
    )


async def test_with_two_open_the_goods_say_which(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.opens("粮油⏎A 五常大米 69元/袋⏎周六20点截止，自提3号楼")
    await shop.plays(
        """
        王姐：#接龙⏎粮油⏎⏎1. 王姐 1袋
        小团：✅ 团2 王姐 1袋｜共1袋
        老周：#接龙⏎接着来⏎⏎1. 老周 牛肉丸2包
        （90秒后）
        小团：✅ 团1 老周 B2｜共2/5份，还差3
        """
    )


async def test_a_note_without_text_is_asked_for_in_words(shop: Shop) -> None:
    assert await shop.say("小陈", "[接龙]", kind="group_note") == []
    await shop.opens(OFFER)
    (said,) = await shop.say("小陈", "[接龙]", kind="group_note")
    assert said["text"] == "我看不到接龙内容，请用文字「+1」，或团长把接龙文字贴给我"


# -- a list that no group buy is open for --------------------------------------------------------


async def test_a_selling_list_of_the_leader_becomes_a_group_buy(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：#接龙⏎周日水饺团⏎手工水饺22元/包 周六20点截止⏎⏎1. 王姐 2包⏎2. 老周 1包
        小团：@团长小美 要我来统计这个接龙吗？回「好」
        团长小美：好
        小团：🎉 团1 周日水饺团⏎A 手工水饺 50颗/包 22元/包⏎周六20:00截止⏎接龙回「+1」就行（鲜活易腐，不支持七日无理由）
        小团：✅ 王姐 2包 · 老周 1包｜共3包
        """
    )


async def test_without_a_price_nothing_opens_and_no_is_no(shop: Shop) -> None:
    await shop.plays(
        """
        团长小美：#接龙⏎拼水饺⏎⏎1. 王姐 2包⏎2. 老周 1包
        小团：@团长小美 要我来统计这个接龙吗？回「好」
        团长小美：好
        小团：标题里没看出价格，把团购文案发给我就能开
        团长小美：#接龙⏎水饺22/包⏎⏎1. 王姐 2包⏎2. 老周 1包
        小团：@团长小美 要我来统计这个接龙吗？回「好」
        团长小美：不用
        团长小美：好
        """
    )


async def test_lists_of_neighbours_and_of_other_things_meet_silence(shop: Shop) -> None:
    await shop.plays(
        """
        小陈：#接龙⏎水饺22/包⏎⏎1. 王姐 2包⏎2. 老周 1包
        团长小美：#接龙⏎周日春游⏎⏎1. 王姐⏎2. 老周
        """
    )


async def test_remarks_and_homes_follow_the_list_and_a_word_takes_a_line_off(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼2袋⏎2. 王姐 手抓饼1袋⏎3. 老周 牛肉丸1包
        小团：✅ 小陈 A2 · 王姐 A1 · 老周 B1｜共4/5份，还差1
        王姐：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼2袋⏎2. 王姐 手抓饼1袋 5-302 少辣⏎3. 老周 牛肉丸1包
        团长小美（私聊）：分货单
        小团→团长小美：团1 周末鲜货 分货单⏎【5号楼】⏎5-302 王姐 A1（少辣）⏎【其他】⏎小陈 A2⏎老周 B1
        王姐：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼2袋⏎2. 王姐 取消⏎3. 老周 牛肉丸1包
        （90秒后）
        小团：✅ 王姐 已取消｜共3/5份，还差2
        """
    )


async def test_the_leaders_list_takes_lines_off_and_changes_them(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.plays(
        """
        小陈：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼2袋⏎2. 老周 牛肉丸1包
        小团：✅ 小陈 A2 · 老周 B1｜共3/5份，还差2
        团长小美：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼2袋
        （90秒后）
        小团：✅ 老周 已取消｜共2/5份，还差3
        团长小美：#接龙⏎周末鲜货⏎⏎1. 小陈 手抓饼3袋⏎2. 李姐 鸡蛋1板
        （90秒后）
        小团：✅ 李姐 C1 · 小陈 A3｜共4/5份，还差1
        """
    )


async def test_a_plus_right_after_ones_own_list_is_the_same_order(shop: Shop) -> None:
    await shop.opens("周六水饺⏎A 手抓饼 15元/袋⏎周六20点截止，自提3号楼")
    await shop.plays(
        """
        李姐：#接龙⏎周六水饺⏎⏎1. 李姐 1袋
        小团：✅ 李姐 1袋｜共1袋
        李姐：+1
        （90秒后）
        李姐：+1
        小团：@李姐 您在接龙里已经有了，这次是追加吗？追加请回「追加」
        李姐：不追加
        李姐：我的单
        小团：@李姐 团1 周六水饺：手抓饼1袋，共¥15（未付）
        """
    )


async def test_long_after_the_end_a_plus_is_answered_only_when_asked(shop: Shop) -> None:
    await shop.opens(OFFER)
    for words in ("截单", "到货了", "完成"):
        await shop.say("团长小美", words)
    await shop.plays(
        """
        王姐：+1
        王姐：@小团 +1
        小团：@王姐 团1 周末鲜货已截单。
        """
    )
