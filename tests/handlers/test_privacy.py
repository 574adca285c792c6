"""Personal data: out of the group, sealed, shown masked, deleted for good."""

import random
from pathlib import Path

import pytest
from chat import ZONE, Shop

from storage.database import Database
from storage.privacy import phones, reveals
from storage.secrets import PHONE, DeletionLedger, PersonSecret, Vault, WrongKey, reveal

NUMBERS = (
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "一三八一二三四五六七八",
    "幺三八 一二三四 五六七八",
    "１３８１２３４５６７８",
    "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
    "①③⑧①②③④⑤⑥⑦⑧",
    "1.3.8.1.2.3.4.5.6.7.8",
)


def kept(shop: Shop, who: str) -> str | None:
    assert shop.worker is not None
    return reveal(shop.worker.shop, who, PHONE)


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_in_the_group_is_sealed_and_asked_back(shop: Shop, number: str) -> None:
    said = await shop.say("老周", f"我电话{number}")
    assert [line["text"] for line in said if line["room"]] == ["@老周 手机号请私发我，建议撤回上一条。"]
    assert "138****5678" in next(line["text"] for line in said if line["to"] == "u3")
    assert kept(shop, "u3") == "13812345678"
    assert phones(number) == ["13812345678"]


async def test_an_address_in_the_group_is_asked_back(shop: Shop) -> None:
    said = await shop.say("老周", "我家在人民路12号3号楼402室，送这里")
    assert said[0]["text"] == "@老周 地址请私发我，建议撤回上一条。"
    assert all("402" not in line["text"] and "12号" not in line["text"] for line in said)


async def test_it_is_said_once_in_a_while_only(shop: Shop) -> None:
    await shop.say("老周", "我电话13812345678")
    assert await shop.say("老周", "13812345678 打这个") == []
    await shop.passes(minutes=11)
    assert await shop.say("老周", "我电话13812345678") != []


async def test_an_order_with_a_number_still_counts(shop: Shop) -> None:
    await shop.say("团长小美", "开团\n周六水果\nA 红颜草莓 39.9元/盒\n明天20:00截止，3号楼自提")
    await shop.say("团长小美", "开团")
    said = await shop.say("老周", "要2盒草莓 电话13812345678")
    assert (await shop.state())["group_buys"][0]["items"][0]["taken"] == 2
    assert all(phones(line["text"]) == [] for line in said)


async def test_leaders_the_shops_own_number_and_rooms_are_no_breach(shop: Shop) -> None:
    assert await shop.say("团长小美", "有事打我电话 13900001111") == []
    assert await shop.say("老周", "3-402 今天在家") == []
    assert await shop.say("老周", "店里座机021-00000000") == []
    assert kept(shop, "u3") is None


async def test_what_is_kept_is_shown_and_deleted(shop: Shop) -> None:
    await shop.plays("""
        老周（私聊）：我电话13812345678
        小团→老周：手机号 138****5678 记下了，只给团长和客服用。回「删除我的信息」可删。
        老周（私聊）：我的信息
        小团→老周：我记了您这些：⏎手机号：138****5678（加密保存）⏎回「删除我的信息」可删除。
        老周（私聊）：删除我的信息
        小团→老周：会删除您的电话、地址、门牌、偏好和售后对话，删了找不回来；没取完的接龙保留到取货。⏎确定就回「确认删除」。
        老周（私聊）：确认删除
        小团→老周：已删除。群里的昵称归微信管。
        老周（私聊）：我的信息
        小团→老周：我没有存您的个人信息。
    """)
    assert kept(shop, "u3") is None


@pytest.mark.parametrize("words", ["你记了我啥", "看看我的资料", "我的信息"])
async def test_asking_in_the_group_is_answered_in_private(shop: Shop, words: str) -> None:
    said = await shop.say("老周", words, room=None)
    assert said[-1]["to"] == "u3"
    said = await shop.say("老周", f"@小团 {words}", mentions=("bot",))
    assert [line["text"] for line in said if line["room"]] == ["@老周 私聊发您了。"]


@pytest.mark.parametrize("words", ["删了我的信息", "我电话别存", "把我的资料删了", "忘掉我"])
async def test_wishing_to_be_forgotten_in_other_words(shop: Shop, words: str) -> None:
    said = await shop.say("老周", words, room=None)
    assert ("确认删除" in said[-1]["text"]) or "没有" in said[-1]["text"]


async def test_no_is_no(shop: Shop) -> None:
    await shop.say("老周", "我电话13812345678", room=None)
    await shop.say("老周", "删除我的信息", room=None)
    assert (await shop.say("老周", "算了", room=None))[0]["text"] == "好，没有删。"
    assert kept(shop, "u3") == "13812345678"


async def test_the_case_loses_its_words_with_its_customer(shop: Shop) -> None:
    await shop.say("老周", "草莓坏了", room=None)
    await shop.say("老周", "删除我的信息", room=None)
    await shop.say("老周", "确认删除", room=None)
    said = await shop.say("客服小周", "A101", room="r-agents")
    assert "草莓坏了" not in said[0]["text"]


async def test_a_running_order_keeps_its_door_until_it_is_done(shop: Shop) -> None:
    await shop.say("团长小美", "开团\n周六水果\nA 红颜草莓 39.9元/盒\n明天20:00截止，3号楼自提")
    await shop.say("团长小美", "开团")
    await shop.say("老周", "5-301 A1")
    await shop.say("老周", "删除我的信息", room=None)
    said = await shop.say("老周", "确认删除", room=None)
    assert "还有1单没取完" in said[0]["text"]
    assert "forget_rest" in {t["kind"] for t in (await shop.state())["timers"]}


async def test_agents_get_the_number_alone_and_on_record(shop: Shop) -> None:
    await shop.say("老周", "人工", room=None)
    said = await shop.say("老周", "打我电话13812345678", room=None)
    assert all(phones(line["text"]) == [] for line in said)
    said = await shop.say("客服小周", "A101 电话", room="r-agents")
    assert [(line["to"], phones(line["text"])) for line in said] == [
        ("u-agent", ["13812345678"]),
        (None, []),
    ]


async def test_a_restore_does_not_bring_anybody_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}", synchronous="OFF")
    shop = Shop(database=database)
    shop.vault = Vault(bytes(range(32)), ledger=DeletionLedger(tmp_path / "deletions.jsonl"))
    await shop.open()
    await shop.say("老周", "我电话13812345678", room=None)
    await shop.say("王姐", "我电话13912345678", room=None)
    await shop.say("老周", "删除我的信息", room=None)
    assert shop.worker is not None
    row = shop.worker.shop.rows(PersonSecret).get(("u3", PHONE))
    assert row is not None
    before = row.values()
    await shop.say("老周", "确认删除", room=None)
    assert kept(shop, "u3") is None
    # What an older backup would put back.
    table = PersonSecret.table()
    await database.run(lambda connection: connection.execute(table.insert(), before))
    await shop.restart()
    assert kept(shop, "u3") == "13812345678"
    assert await shop.command("privacy.wake", {}) == ["u3"]
    assert kept(shop, "u3") is None
    assert kept(shop, "u2") == "13912345678"
    shop.vault = Vault(bytes(32))
    await shop.restart()
    with pytest.raises(WrongKey):
        await shop.command("privacy.wake", {})
    await shop.close()


async def test_no_member_s_number_or_address_in_any_group_send(shop: Shop, prove: bool) -> None:
    """Orders, questions, complaints and notes with somebody's data in them, and what groups read."""
    dice = random.Random(20260521)
    await shop.say(
        "团长小美", "开团\n周六水果\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\n后天20:00截止，3号楼自提"
    )
    await shop.say("团长小美", "开团")
    frames = (
        "A1 电话{n}", "帮{n}的王阿姨带一份", "草莓坏了，打{n}", "人工 {n}", "{n}", "我住{a}，送到吗",
        "名单", "要2份 {a}", "@小团 我的电话是{n}记一下", "草莓甜吗 {n}", "我的单", "帮我妈也来一个 {a}",
        "改成1份 备注{n}", "不要了 {n}", "@小团 {a} 能送吗",
    )  # fmt: skip
    people = ("小陈", "王姐", "老周", "阿May", "张敏", "李姐")
    for _ in range(5000 if prove else 250):
        number = f"1{dice.choice('3456789')}" + "".join(dice.choice("0123456789") for _ in range(9))
        text = dice.choice(frames).format(n=_disguised(number, dice), a=_address(dice))
        room = dice.choice(("r1", "r1", "r2", None))
        mentions = ("bot",) if text.startswith("@小团") else ()
        said = await shop.say(dice.choice(people), text, room=room, mentions=mentions)
        said += await shop.passes(seconds=dice.choice((1, 5, 100)))
        for line in said:
            if line["room"] is not None:
                assert phones(line["text"]) == [], (text, line["text"])
                assert not reveals(line["text"]), (text, line["text"])
    assert shop.now.astimezone(ZONE).year == 2026


def _disguised(number: str, dice: random.Random) -> str:
    forms = (
        number,
        f"{number[:3]} {number[3:7]} {number[7:]}",
        number.translate(str.maketrans("0123456789", "零一二三四五六七八九")),
        number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "".join(f"{digit}️⃣" for digit in number),
        "-".join(number),
    )
    return dice.choice(forms)


def _address(dice: random.Random) -> str:
    street = dice.choice(("人民路", "中山路", "解放大道", "长宁街"))
    return f"{street}{dice.randint(2, 400)}号{dice.randint(2, 30)}号楼{dice.randint(101, 2402)}室"
