"""Questions in a chat: answered from what is on file, held while fragments come, silent otherwise."""

import pytest
from asking import STRAWBERRIES, TWO, asks, opens
from chat import CATALOGUE, Shop

from bot.channels import Quote


async def test_facts_of_what_is_on_offer(shop: Shop) -> None:
    await opens(shop)
    await shop.plays("""
        小陈：草莓甜吗
        小团：@小陈 红颜草莓：糖度12-13
        王姐：多少钱
        小团：@王姐 红颜草莓：39.9元/盒（2斤/盒）
        老周：几点截止
        小团：@老周 明天20:00截止
        阿May：草莓怎么存
        小团：@阿May 红颜草莓：保存：冷藏
        张敏：草莓哪里产的
        小团：@张敏 红颜草莓：产地：丹东
        李姐：草莓能放几天
        小团：@李姐 红颜草莓：保质期：3天
    """)


async def test_the_shop_s_own_facts(shop: Shop) -> None:
    await opens(shop)
    await shop.plays("""
        小陈：送上楼吗
        小团：@小陈 配送：周六上午送到各楼架空层
        王姐：怎么付
        小团：@王姐 付款：成团后微信转团长
        老周：在哪自提
        小团：@老周 自提：3号楼架空层 9-20点
        阿May：@小团 电话多少
        小团：@阿May 电话：021-00000000
        张敏：什么时候到
        小团：@张敏 到货：周六上午到
    """)


async def test_stock_is_counted_and_never_invented(shop: Shop) -> None:
    await opens(shop, TWO)
    await shop.plays("""
        小陈：草莓还有吗
        小团：@小陈 红颜草莓：有，还剩40盒
        王姐：鸡蛋还有吗
        小团：@王姐 土鸡蛋：能报，没有限量
    """)


async def test_a_quoted_message_says_what_is_meant(shop: Shop) -> None:
    await opens(shop, TWO)
    quote = Quote(id="x1", sender="u-lead", name="团长小美", text="鸡蛋今天到了一批")
    assert await asks(shop, "小陈", "这个还有吗", quote=quote) == ["小团：@小陈 土鸡蛋：能报，没有限量"]


async def test_everything_on_offer_in_two_lines(shop: Shop) -> None:
    """Contract §9.4: a question that fits several is answered for the open ones."""
    await opens(shop, TWO)
    await shop.plays("""
        小陈：多少钱
        小团：@小陈 A 红颜草莓 39.9元/盒（2斤/盒）⏎B 土鸡蛋 28.8元/板（30枚/板）
    """)


async def test_asked_again_within_minutes_the_fact_is_repeated_shortly(shop: Shop) -> None:
    await opens(shop)
    await shop.plays("""
        小陈：草莓甜吗
        小团：@小陈 红颜草莓：糖度12-13
        （2分钟后）
        王姐：草莓甜不甜
        小团：@王姐 ↑10:00答过：红颜草莓：糖度12-13
        （10分钟后）
        老周：草莓甜吗
        小团：@老周 红颜草莓：糖度12-13
    """)


async def test_comparing_two(shop: Shop) -> None:
    await opens(shop, TWO)
    said = await asks(shop, "小陈", "@小团 草莓和鸡蛋哪个好", mentions=("bot",))
    assert "红颜草莓：" in said[0]
    assert "土鸡蛋：" in said[0]
    assert "依据：商品说明" in said[0]


async def test_the_price_of_the_group_buy_before(shop: Shop) -> None:
    await opens(shop, STRAWBERRIES.replace("39.9", "36.9"))
    await shop.until(20)
    await shop.until(20)
    await opens(shop, STRAWBERRIES.replace("周五", "周日"))
    said = await asks(shop, "小陈", "草莓上次多少钱")
    assert said == ["小团：@小陈 红颜草莓：5月21日团36.9元/盒，本次39.9元"]


async def test_authentic_only_with_evidence_on_file(shop: Shop) -> None:
    await shop.plays("""
        小陈（私聊）：牛奶是正品吗
        小团→小陈：鲜牛奶：凭证：品牌授权书至2026-12
        小陈（私聊）：大米是正品吗
        小团→团长小美：❓问题1 小陈问（五常大米）：大米是正品吗⏎资料里没写。回这条，我去告诉TA并记住。
        小团→小陈：五常大米：没有凭证，我不能替团长保证⏎凭证的事，已问团长，有答复我告诉你
    """)


async def test_health_is_left_to_doctors(shop: Shop) -> None:
    catalogue = CATALOGUE.replace("储存,描述,凭证", "储存,描述,凭证,过敏原").replace(
        "猪肉白菜馅,", "猪肉白菜馅,,含小麦、大豆"
    )
    ready = await Shop(catalogue=_padded(catalogue)).open()
    said = await asks(ready, "小陈", "水饺孕妇能吃吗", room=None)
    assert "含小麦、大豆" in said[0]
    assert "问医生" in said[0]
    await ready.close()


def _padded(catalogue: str) -> str:
    """Every row with as many columns as the head."""
    head, *rows = catalogue.strip().splitlines()
    width = head.count(",")
    return "\n".join([head, *(row + "," * (width - row.count(",")) for row in rows)]) + "\n"


async def test_long_answers_go_to_the_person(shop: Shop) -> None:
    """A11: the group gets one line."""
    catalogue = CATALOGUE.replace("糖度12-13", "糖度12-13" + "甜而不腻果香浓郁" * 12)
    ready = await Shop(catalogue=catalogue).open()
    await opens(ready)
    said = await asks(ready, "小陈", "草莓甜吗")
    assert len(said) == 2
    assert said[0].startswith("小团→小陈：红颜草莓：糖度12-13")
    assert said[1].startswith("小团：@小陈 有点长，私发你了")
    assert len(said[1]) < 60
    await ready.close()


# -- when the bot is silent ----------------------------------------------------------------------


async def test_nothing_open_nothing_said(shop: Shop) -> None:
    assert await asks(shop, "小陈", "草莓多少钱") == []
    assert await asks(shop, "小陈", "还有吗") == []


async def test_addressed_it_answers_even_when_nothing_is_open(shop: Shop) -> None:
    said = await asks(shop, "小陈", "@小团 草莓多少钱", mentions=("bot",))
    assert said == ["小团：@小陈 红颜草莓：39.9元/盒（2斤/盒）"]


async def test_what_is_not_open_is_not_volunteered(shop: Shop) -> None:
    await opens(shop)
    assert await asks(shop, "小陈", "大米多少钱") == []


async def test_a_question_to_a_neighbour_is_his(shop: Shop) -> None:
    await opens(shop)
    assert await asks(shop, "小陈", "@王姐 草莓甜吗", mentions=("u2",)) == []
    quote = Quote(id="x", sender="u2", name="王姐", text="我昨天买了点草莓")
    assert await asks(shop, "小陈", "多少钱", quote=quote) == []


async def test_in_a_quiet_room_only_who_calls_is_answered(shop: Shop) -> None:
    await opens(shop)
    await shop.plays("""
        团长小美：@小团 安静
        小团：好，改成安静：只答@我的问题，接龙攒着一起报，不催。
        小陈：草莓甜吗
        小陈：@小团 草莓甜吗
        小团：@小陈 红颜草莓：糖度12-13
    """)


async def test_in_private_questions_are_always_answered(shop: Shop) -> None:
    await shop.plays("""
        小陈（私聊）：大米软吗
        小团→小陈：五常大米：口感软糯
        小陈（私聊）：多少钱
        小团→小陈：五常大米：69元/袋（10斤/袋）
    """)


async def test_what_was_heard_is_said_back(shop: Shop) -> None:
    """A13: a spoken question."""
    await opens(shop)
    said = await asks(shop, "小陈", "", kind="voice", transcript="草莓甜不甜呀")
    assert said == ["小团：@小陈 听到：草莓甜不甜呀。红颜草莓：糖度12-13"]


# -- further shapes ------------------------------------------------------------------------------

THREE = (
    "开团\n周末菜篮\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\nC 手工水饺 22元/包\n"
    "周五20:00截止，20份成团，周六上午到"
)


async def test_three_on_offer_still_fit_two_lines(shop: Shop) -> None:
    await opens(shop, THREE)
    said = await asks(shop, "小陈", "多少钱")
    assert said[0].count("⏎") == 1
    for name in ("红颜草莓", "土鸡蛋", "手工水饺"):
        assert name in said[0]


async def test_two_group_buys_are_told_apart(shop: Shop) -> None:
    await opens(shop)
    await opens(shop, STRAWBERRIES.replace("39.9", "36.9").replace("周六草莓", "周日草莓"))
    await shop.passes(minutes=15)
    said = await asks(shop, "小陈", "草莓多少钱")
    assert "团1 A 红颜草莓" in said[0]
    assert "团2 A 红颜草莓" in said[0]
    said = await asks(shop, "王姐", "@小团 几点截止", mentions=("bot",))
    assert "团1 周六草莓：" in said[0]


async def test_arrived_goods_are_said_to_be_there(shop: Shop) -> None:
    await opens(shop, STRAWBERRIES.replace("20盒", "1盒"))
    await shop.say("小陈", "+1")
    await shop.say("团长小美", "截单")
    await shop.passes(minutes=5)
    await shop.say("团长小美", "到货了")
    await shop.passes(minutes=5)
    said = await asks(shop, "小陈", "@小团 什么时候到", mentions=("bot",))
    assert any("到了" in line for line in said)


async def test_advice_by_an_aspect(shop: Shop) -> None:
    """A7: with the reason."""
    await opens(shop, TWO)
    said = await asks(shop, "小陈", "@小团 草莓和鸡蛋哪个更甜", mentions=("bot",))
    assert "糖度12-13" in said[0]
    assert "依据：商品说明" in said[0]


async def test_the_earlier_price_of_which(shop: Shop) -> None:
    await opens(shop, TWO)
    said = await asks(shop, "小陈", "@小团 上次多少钱", mentions=("bot",))
    assert "39.9" in said[0]


async def test_words_to_the_bot_that_only_name_a_fact(shop: Shop) -> None:
    await opens(shop)
    said = await asks(shop, "小陈", "@小团 草莓产地", mentions=("bot",))
    assert said == ["小团：@小陈 红颜草莓：产地：丹东"]


async def test_without_any_goods_the_shop_is_asked_what_is_meant(shop: Shop) -> None:
    said = await asks(shop, "小陈", "@小团 甜不甜", mentions=("bot",))
    assert len(said) >= 1
    assert "草莓" not in "".join(said)


async def test_what_would_be_made_good_is_told_and_opens_no_case(shop: Shop) -> None:
    await opens(shop)
    assert await asks(shop, "小陈", "坏了包赔吗") == [
        "小团：@小陈 退换：鲜活易腐，不支持七日无理由；坏果包赔"
    ]
    assert "坏果包赔" in (await asks(shop, "王姐", "草莓不甜能退吗"))[0]
    assert (await shop.state())["tickets"] == []


async def test_how_one_pays_is_told(shop: Shop) -> None:
    await opens(shop)
    assert await asks(shop, "小陈", "可以微信转你吗") == ["小团：@小陈 付款：成团后微信转团长"]


@pytest.mark.parametrize(
    "talk",
    [
        "儿子把草莓打翻了，地上全是",
        "幼儿园发的草莓不新鲜，家长都在说",
        "都说空腹吃草莓会拉肚子",
        "草莓吃多了有点拉肚子，馋的",
        "亲戚送的草莓坏了两个，没好意思讲",
        "草莓涨了三块钱呢",
    ],
)
async def test_talk_that_names_what_is_on_offer_is_met_with_silence(shop: Shop, talk: str) -> None:
    await opens(shop)
    assert await asks(shop, "小陈", talk) == []
    assert (await shop.state())["tickets"] == []
