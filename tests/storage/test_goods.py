"""Goods that may not be offered, goods for adults, and ordinary goods that only sound alike."""

import pytest

from storage.goods import for_adults, perishable, prohibited


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("阿莫西林胶囊", "药品"),
        ("软中华", "烟草"),
        ("电子烟", "烟草"),
        ("农家活鸡", "活禽或野生动物"),
        ("野生蛇干", "活禽或野生动物"),
        ("鞭炮1000响", "危险品"),
        ("体育彩票", "禁止私下买卖的东西"),
    ],
)
def test_what_may_not_be_offered(name: str, why: str) -> None:
    assert prohibited(name) == why


@pytest.mark.parametrize(
    "name",
    [
        "红颜草莓",
        "中华绒螯蟹",
        "活虾",
        "活鱼",
        "野生蓝莓",
        "土鸡",
        "三黄鸡",
        "戒烟糖",
        "烟台苹果",
        "烟熏肉",
        "枪花鱼",
        "酒酿圆子",
    ],
)
def test_ordinary_goods_are_none_of_these(name: str) -> None:
    assert prohibited(name) is None
    assert not for_adults(name)


@pytest.mark.parametrize("name", ["青岛啤酒", "茅台", "米酒2斤", "红酒礼盒"])
def test_alcohol_is_for_adults(name: str) -> None:
    assert for_adults(name)
    assert prohibited(name) is None


@pytest.mark.parametrize("name", ["酒店毛巾", "酒精湿巾", "红酒杯", "白酒糟鱼"])
def test_what_only_has_the_word_in_it_is_not(name: str) -> None:
    assert not for_adults(name)


@pytest.mark.parametrize(
    ("name", "stored", "spoils"),
    [
        ("阳山水蜜桃", "", True),
        ("活虾", "", True),
        ("牛肉干", "", False),
        ("抽纸", "", False),
        ("鲜牛奶", "冷藏2-6度", True),
        ("水蜜桃罐头", "阴凉干燥", False),
        ("水蜜桃", "常温", False),
    ],
)
def test_what_spoils_is_not_sent_back(name: str, stored: str, spoils: bool) -> None:
    assert perishable(name, stored) is spoils
