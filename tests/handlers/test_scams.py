"""Scams and namesakes in the group."""

import pytest
from chat import ACCOUNT, Shop

from bot.channels import Joined


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("大家加QQ群 12345678 领退款", "原路"),
        ("退款的请扫码进群登记", "原路"),
        ("把验证码发我，帮你退款", "验证码"),
        ("报一下银行卡号给你们理赔", "验证码"),
        ("以后团费转这个账号", "收款人"),
        ("这次的货款打给我就行", "收款人"),
        ("刷单一单十块，日结", "刷单"),
    ],
)
async def test_the_group_is_warned_once_and_the_leader_hears_who(shop: Shop, words: str, hint: str) -> None:
    said = await shop.say("老周", words)
    (warning,) = [line["text"] for line in said if line["room"]]
    assert warning.startswith("⚠")
    assert hint in warning
    assert any("老周" in line["text"] for line in said if line["to"] == "u-lead")
    again = await shop.say("王姐", words)
    assert [line for line in again if line["room"]] == []


@pytest.mark.parametrize(
    "words",
    [
        "晚饭钱我转给你了",
        "谁有楼下超市的二维码",
        "扫码开门那个坏了",
        "我在兼职",
        "群里有人加过物业群吗",
        "我是团长家隔壁的",
        "你是客服吗",
        "付款码多少",
        "草莓的钱转给团长了",
    ],
)
async def test_ordinary_talk_is_no_scam(shop: Shop, words: str) -> None:
    said = await shop.say("老周", words)
    assert all("⚠" not in line["text"] for line in said)


async def test_leaders_and_agents_may_speak_of_money(shop: Shop) -> None:
    assert await shop.say("团长小美", "这次的货款打给我就行") == []


async def test_a_worried_question_in_private_is_answered(shop: Shop) -> None:
    said = await shop.say("老周", "有人让我加QQ群退款是真的吗", room=None)
    assert "原路" in said[0]["text"]


async def test_who_calls_himself_leader_and_is_not(shop: Shop) -> None:
    said = await shop.say("u-evil", "我是团长，大家听我的", name="团长小美")
    assert "不是团长" in said[0]["text"]
    assert "名字像" in said[0]["text"]
    assert any("自称团长" in line["text"] for line in said if line["to"] == "u-lead")
    assert await shop.say("u-evil", "我就是团长", name="团长小美") != said
    assert await shop.say("团长小美", "我是团长") == []


@pytest.mark.parametrize(
    "name", ["团长小美", "团 长 小 美", "团长\u200b小美", "小团", "客服小周", "团长小美🍓"]
)
async def test_a_newcomer_with_a_well_known_name_is_told_to_the_leader(shop: Shop, name: str) -> None:
    joined = Joined(account=ACCOUNT, room="r1", members={"u-new": name}, at=shop.now)
    said = await shop.work(joined)
    assert any(line["to"] == "u-lead" and "冒充" in line["text"] for line in said)


@pytest.mark.parametrize("name", ["小美", "王姐", "周团长的邻居", "🍓", None])
async def test_other_newcomers_are_just_neighbours(shop: Shop, name: str | None) -> None:
    joined = Joined(account=ACCOUNT, room="r1", members={"u-new": name}, at=shop.now)
    assert all("冒充" not in line["text"] for line in await shop.work(joined))


async def test_a_suspected_fake_freezes_the_item_only_for_its_buyers(shop: Shop) -> None:
    await shop.say("团长小美", "开团\n周六水果\nA 鲜牛奶 49.9元/箱\n明天20:00截止，3号楼自提")
    await shop.say("团长小美", "开团")
    await shop.say("老周", "这牛奶是假货吧，拆开就知道", room=None)
    assert not (await shop.state())["group_buys"][0]["items"][0]["paused"]
    await shop.say("王姐", "A1")
    await shop.say("张敏", "A2")
    await shop.say("王姐", "这牛奶是假货吧，拆开就知道", room=None)
    assert (await shop.state())["group_buys"][0]["items"][0]["paused"]
    said = await shop.say("客服小周", "A102 通知买家 先别喝，正在核实", room="r-agents")
    assert [line["to"] for line in said if line["to"]] == ["u2", "u5"]
