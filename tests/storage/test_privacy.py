"""Numbers, doors and streets: found in disguise, masked for groups, left alone where they are none."""

import random
import time

import pytest

from storage.privacy import Public, addresses, guard, mask_household, mask_name, mask_place, phones, reveals

SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
FINANCIAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")


def disguises(number: str) -> list[str]:
    return [
        number,
        " ".join(number),
        "-".join(number),
        "·".join(number),
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}，{number[3:7]}，{number[7:]}",
        number.translate(SPOKEN),
        " ".join(number.translate(SPOKEN)),
        number.translate(FINANCIAL),
        number.translate(WIDE),
        number.translate(CIRCLED),
        "".join(f"{digit}️⃣" for digit in number),
        number[:3] + number[3:].translate(SPOKEN),
        "\u200b".join(number),
        "".join(f"{digit}。" for digit in number),
    ]


def test_five_hundred_disguised_numbers() -> None:
    dice = random.Random(7)
    tried = 0
    for _ in range(40):
        number = "1" + dice.choice("3456789") + "".join(dice.choice("0123456789") for _ in range(9))
        for written in disguises(number):
            text = dice.choice(("打{}找我", "{}", "电话：{}。谢谢", "我是老周{} 微信同号")).format(written)
            assert phones(text) == [number], text
            masked = guard(text)
            assert phones(masked) == [], masked
            assert f"{number[:3]}****{number[-4:]}" in masked
            assert reveals(text)
            tried += 1
    assert tried >= 500


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("帮5-301王阿姨带两份", "帮5-3**王阿姨带两份"),
        ("3号楼402室", "3号楼4**"),
        ("12栋2单元1501", "12栋2单元1***"),
        ("88弄7号302室 2份", "88弄7号3** 2份"),
        ("送到人民路12号3号楼402室", "送到人民路**"),
        ("３－４０２ 2份", "３－4** 2份"),
        ("银行卡 6222021234567890123", "银行卡 ****"),
    ],
)
def test_doors_and_streets_are_masked(text: str, masked: str) -> None:
    assert guard(text).replace("４", "4").replace("３－", "３－") == masked
    assert guard(guard(text)) == guard(text)


@pytest.mark.parametrize(
    "text",
    [
        "周六上午3号楼架空层 9-20点自提",
        "满50-100份 39.9元",
        "糖度12-13，2斤/盒",
        "2026-05-21 20:00截止",
        "20-100元的都有",
        "团12 共 1388 份 ¥13800.5",
        "快递单号 SF13812345678901",
        "一三五七有货，二四六没有",
        "合计¥1,380.00",
        "客服 021-00000000",
        "5号楼20份 6号楼31份",
        "✅ 王姐 A2 · 小陈 B1｜共12/20盒，还差8",
        "1. 王姐 2\n2. 小陈 1\n3. 老周 3\n4. 张敏 5\n5. 李姐 7\n6. 阿May 9",
        "A101 已登记",
        "138****5678 和 5-3** 都已经是遮过的",
    ],
)
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert guard(text) == text


def test_the_shops_own_words_may_be_said() -> None:
    own = Public.of(["团长电话 13900001111", "自提：人民路12号5号楼101室"])
    text = "打 139-0000-1111，到人民路12号5号楼101室取"
    assert guard(text, own) == text
    assert "13812345678" not in guard("打 13812345678", own)


def test_chatter_reveals_nothing() -> None:
    for text in ("今天真热", "13点见", "走路去的", "+1", "A2 B1", "3-402 2份", "路上堵", "5斤的要20箱"):
        assert not reveals(text)


def test_addresses_are_found_whole() -> None:
    assert addresses("住人民路12号3号楼402室，5-301也行") == ["人民路12号3号楼402室", "5-301"]


def test_masks() -> None:
    assert mask_household("5-301") == "5-3**"
    assert mask_household("301") == "3**"
    assert mask_household("") == ""
    assert mask_place("3号楼402室") == "3号楼4**"
    assert mask_place("架空层") == "架空层"
    assert mask_name("妈妈") == "妈妈"
    assert mask_name("欧阳小美") == "欧**"


@pytest.mark.parametrize("pump", ["1", "1 ", "一", "3-", "号楼", "路1", "1️⃣", "138-", "中国路", "１·"])
def test_long_texts_take_no_longer(pump: str) -> None:
    started = time.perf_counter()
    guard(pump * 5_000)
    reveals(pump * 5_000)
    assert time.perf_counter() - started < 2
