"""A family's group: gossip, homework, invitations, and elders who order in long sentences."""

from chat import Shop

OPENS = """
    团长小美：开团⏎周六水果⏎A 红颜草莓 2斤/盒 39.9元⏎B 鲜牛奶 49.9元/箱⏎周五20点截止，8份成团，自提3号楼
    团长小美：开团
"""


async def opened(shop: Shop) -> Shop:
    """A group buy with strawberries and milk is open."""
    for line in OPENS.strip().splitlines():
        await shop._acts(line.strip())
    return shop


async def booked(shop: Shop, who: str) -> dict[str, str]:
    """What somebody has for himself now, by letter."""
    lines = (await shop.state())["group_buys"][0]["sign_ups"]
    mine = [line for line in lines if line["name"] == who and line["for"] is None]
    return {item["code"]: str(item["quantity"]) for line in mine for item in line["items"]}


async def test_old_stories_and_health_advice_open_no_case(shop: Shop) -> None:
    await opened(shop)
    await shop.plays(
        """
        小陈：草莓打农药的多，少吃
        王姐：我去年买的草莓第二天就烂了一半
        老周：转发：这两种水果不能一起吃，看完赶紧告诉家人
        阿May：鱼没钓到，钓到个乌龟，放了
        张敏：我妈那份草莓给我吧，别送她那了
        """
    )
    assert (await shop.state())["tickets"] == []


async def test_what_really_came_bad_still_opens_one(shop: Shop) -> None:
    await opened(shop)
    await shop.say("小陈", "我的草莓有一盒烂了好几个")
    assert [ticket["category"] for ticket in (await shop.state())["tickets"]] == ["damaged"]


async def test_an_invitation_is_not_for_the_shop(shop: Shop) -> None:
    await opened(shop)
    await shop.plays(
        """
        老周：下午打麻将三缺一，有人来吗
        王姐：我来
        小陈：算我一个
        阿May：那我排个队
        张敏：周末谁去游泳
        李姐：算我们一个
        张敏：好，要一个大包间
        """
    )
    assert (await shop.state())["group_buys"][0]["sign_ups"] == []


async def test_an_order_after_the_invitation_counts(shop: Shop) -> None:
    await opened(shop)
    await shop.plays(
        """
        老周：周末谁去游泳
        王姐：草莓要2盒
        小团：✅ 王姐 A2｜共2/8份，还差6⏎（鲜活易腐，不支持七日无理由）
        """
    )


async def test_long_polite_sentences_are_orders(shop: Shop) -> None:
    await opened(shop)
    await shop.say("王姐", "小美呀，麻烦你帮我记一下，我想要两盒草莓，还有一箱牛奶，老头子爱喝，辛苦你了啊")
    await shop.say("老周", "我孙女考了一百分，我答应她买草莓，那就给我两盒吧")
    await shop.say("张敏", "小美，我刚才在忙没看到消息，现在补一下，草莓要一盒，牛奶要三箱")
    await shop.say("李姐", "你们谁家孩子要是喜欢吃草莓的话，我这边还有两盒吃不完，来拿吧")
    assert await booked(shop, "王姐") == {"A": "2", "B": "1"}
    assert await booked(shop, "老周") == {"A": "2"}
    assert await booked(shop, "张敏") == {"A": "1", "B": "3"}
    assert await booked(shop, "李姐") == {}
    assert (await shop.state())["tickets"] == []


async def test_talk_changes_no_order(shop: Shop) -> None:
    await opened(shop)
    await shop.say("小陈", "草莓两盒")
    for text in ("真厉害，奖励一盒草莓", "刚才我说的+1是多少来着", "那个乌龟再来2个更好哈哈"):
        await shop.say("小陈", text)
    assert await booked(shop, "小陈") == {"A": "2"}


async def test_a_question_is_no_choice(shop: Shop) -> None:
    await opened(shop)
    await shop.plays(
        """
        小陈：+1
        小团：@小陈 A 红颜草莓 还是 B 鲜牛奶？回 A/B
        小陈：草莓放冰箱能放几天
        小团：@小陈 红颜草莓：保存：冷藏⏎保质期：3天
        小陈：那就A
        小团：✅ 小陈 A1｜共1/8份，还差7⏎（鲜活易腐，不支持七日无理由）
        """
    )


async def test_what_asks_nothing_is_not_answered(shop: Shop) -> None:
    await opened(shop)
    await shop.plays(
        """
        小陈：你们男的就不能买点草莓给老婆吃吗
        小陈：这个天就有草莓了？
        王姐：小美有橘子卖吗
        老周：水饺谁家好吃
        老周：多少钱啊
        """
    )


async def test_a_moment_ago_named_is_meant(shop: Shop) -> None:
    await opened(shop)
    await shop.say("小陈", "这个天就有草莓了？")
    await shop.say("小陈", "要一个尝尝")
    assert await booked(shop, "小陈") == {"A": "1"}


async def test_newcomers_are_told_how_to_order(shop: Shop) -> None:
    await opened(shop)
    await shop.plays(
        """
        张敏：请问这个草莓怎么买呀
        小团：@张敏 直接说要几份就行，比如「A2」「B1」这样，我来登记
        """
    )


async def test_a_leader_s_slips_and_second_thoughts_order_nothing(shop: Shop) -> None:
    await opened(shop)
    await shop._acts("团长小美：开团⏎米面⏎A 五常大米 69元/袋⏎周六12点截止")
    await shop._acts("团长小美：开团")
    await shop.plays(
        """
        团长小美：等下，草莓价格写错了，应该是36.9
        小团：团1 周六水果：红颜草莓改为36.9元/盒
        团长小美：草莓时间改到周六中午12点截止吧，还有人没报
        小团：团1 周六水果：截止改为5月23日12:00
        团长小美：草莓先不要报了，基地说周六可能不够
        小团：团1 A 红颜草莓 暂停接单，新登记先候补
        团长小美：草莓暂停
        """
    )
    assert all(buy["sign_ups"] == [] for buy in (await shop.state())["group_buys"])


async def test_words_about_one_s_order_find_their_group_buy(shop: Shop) -> None:
    await opened(shop)
    await shop.say("小陈", "草莓两盒")
    await shop._acts("团长小美：开团⏎米面⏎A 五常大米 69元/袋⏎周六12点截止")
    await shop._acts("团长小美：开团")
    await shop.say("小陈", "大米一袋")
    await shop.passes(hours=2)
    await shop.say("小陈", "那我草莓不要了，老婆说家里有")
    assert await booked(shop, "小陈") == {}
    assert (await shop.state())["group_buys"][1]["sign_ups"][0]["items"][0]["quantity"] == 1


async def test_another_day_is_a_note_and_no_box_more(shop: Shop) -> None:
    await opened(shop)
    await shop.plays(
        """
        小陈：草莓3盒
        小团：✅ 小陈 A3｜共3/8份，还差5⏎（鲜活易腐，不支持七日无理由）
        小陈：我的草莓改到周日拿
        小团→小陈：记下了：红颜草莓3盒，我的草莓改到周日拿
        王姐：我的草莓改到周日拿
        """
    )


async def test_just_now_is_not_yesterday(shop: Shop) -> None:
    await opened(shop)
    await shop.say("小陈", "草莓两盒")
    await shop.passes(hours=3)
    await shop.say("小陈", "刚才发错了")
    assert await booked(shop, "小陈") == {"A": "2"}
