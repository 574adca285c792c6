"""Places, phones, people, times and codes in a message."""

import pytest

from nlp.normalize import normalize
from nlp.products import ProductEntry, Products
from nlp.slots import Slots, read

SHOP = Products([ProductEntry("1", "烟台苹果", ("苹果",), "箱"), ProductEntry("2", "小笼包", (), "盒")])


def slots(text: str) -> Slots:
    return read(normalize(text), SHOP, None)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("6-1502 苹果一箱", "6-1502"),
        ("8栋1单元403 两箱", "8栋1单元403"),
        ("送到5号楼302室", "5号楼302室"),
        ("3-2-601", "3-2-601"),
        ("十二栋三零五", "十二栋三零五"),
        ("9號樓101室2箱", "9號樓101室"),
        ("住在碧桂花园", "碧桂花园"),
        ("从2栋改到7栋402", "7栋402"),
    ],
)
def test_households(text: str, place: str) -> None:
    assert slots(text).address == place


@pytest.mark.parametrize("text", ["苹果2-3箱", "8:20-9:30", "1.5-2斤", "比分3-1"])
def test_other_numbers_are_no_household(text: str) -> None:
    assert slots(text).address is None


@pytest.mark.parametrize("text", ["电话13912345678", "139 1234 5678", "１３９-1234-5678"])
def test_phones(text: str) -> None:
    assert slots(text).phone == "13912345678"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("帮我婆婆带一箱苹果", "我婆婆"),
        ("替隔壁周阿姨要两箱", "隔壁周阿姨"),
        ("给我对门吴老师带两箱", "对门吴老师"),
        ("帮7-203李叔带一份", "7-203李叔"),
        ("我闺女要一盒", "我闺女"),
        ("我爸那份不要了", "我爸"),
        ("赵姐要2箱", "赵姐"),
        ("代503报一箱", "503"),
    ],
)
def test_people(text: str, who: str) -> None:
    assert slots(text).on_behalf_of == who


@pytest.mark.parametrize("text", ["帮我登记一箱", "给我留两盒", "帮忙看下", "小笼包两盒", "给我退了"])
def test_oneself_is_nobody_else(text: str) -> None:
    assert slots(text).on_behalf_of is None


def test_me_and_my_sister() -> None:
    both = slots("给我和我妹各一箱")
    assert both.on_behalf_of == "我妹"
    assert both.with_self


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("明天下午能送吗", "明天下午"),
        ("周日晚上8点截单", "周日晚上8点"),
        ("这周五前接龙", "这周五前"),
        ("两小时后截", "两小时后"),
        ("今天在家 明天拿行不行", "明天"),
        ("12号晚上十点截", "12号晚上十点"),
    ],
)
def test_times(text: str, time: str) -> None:
    assert slots(text).time == time


@pytest.mark.parametrize(
    ("text", "codes"), [("A2 B1", ["A", "B"]), ("#2+1", ["B"]), ("第三个要俩", ["C"]), ("c款两份", ["C"])]
)
def test_codes_of_items(text: str, codes: list[str]) -> None:
    assert [p.code for p in slots(text).pieces if p.kind == "code"] == codes


@pytest.mark.parametrize("text", ["xl码", "B站见", "1号楼", "苹果x2", "5号截单"])
def test_letters_and_numbers_of_other_things(text: str) -> None:
    assert slots(text).codes == 0


def test_a_variant_is_no_amount() -> None:
    assert slots("10斤装的").amounts == []


def test_a_price_is_no_amount() -> None:
    found = slots("39.9一箱")
    assert found.price
    assert [a.value for a in found.amounts] == []
