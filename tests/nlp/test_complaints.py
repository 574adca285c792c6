"""Complaints are heard in chat lines and reviews, with kind, urgency and wishes; praise is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.complaints import complaint, flags_of, is_review

CHAT = [
    ("李子烂了好几个[图片]", "damaged"),
    ("酱油瓶子裂了漏一袋子", "damaged"),
    ("我要的是咸豆干，来的是辣的", "wrong_item"),
    ("少给我一包豆干", "missing"),
    ("显示签收了可我没收到", "missing"),
    ("说好中午送 都下午四点了", "late"),
    ("豆干有股馊味", "quality"),
    ("这茶不是正品吧 味道完全不对 假的", "counterfeit"),
    ("那几个坏的退我钱", "refund"),
    ("退款三天了还没到账", "refund"),
]


@pytest.mark.parametrize(("text", "sub"), CHAT)
def test_chat_lines(text: str, sub: str) -> None:
    found = complaint(text)
    assert found is not None
    assert found.sub == sub
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "要三包豆干",
        "豆干多少钱",
        "豆干什么时候到",
        "一个都没坏 谢谢团长",
        "上次的李子真甜",
        "电梯又坏了",
        "隔壁群的李子烂了一半",
        "我手机坏了 谁会修",
        "好的 谢谢",
        "坏了坏了 忘关煤气了",
        "能便宜点吗",
        "",
    ],
)
def test_what_is_no_complaint(text: str) -> None:
    assert complaint(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "看评价都说好才买的，结果收到一闻一股塑料味，洗了三遍还是有味，客服也不理人，差评",
        "包装倒是挺漂亮，打开一看瓶盖裂了，漏得满箱子都是，再也不买了",
        "等了快两个小时才送来，面都坨成一团了，打电话也没人接",
        "用了不到一个月就自动关机，送修两次都没修好，太失望了",
    ],
)
def test_displeased_reviews(text: str) -> None:
    assert is_review(text)
    assert complaint(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "第三次买了，果子又大又甜，一个坏的都没有，快递小哥还给送上楼，下次还来",
        "昨天下单今天就到了，包装很严实，用了一下效果不错，性价比高，推荐",
        "味道很好，分量也足，就是送得稍微慢了点，还会再点的",
        "给爸妈买的，字大声音大，操作简单，老人很喜欢，支持一下",
    ],
)
def test_contented_reviews(text: str) -> None:
    assert is_review(text)
    assert complaint(text) is None


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("孩子吃了上吐下泻送医院了", {"safety"}),
        ("面包里吃出一根铁丝", {"safety"}),
        ("不退钱我就打12315", {"legal", "wish_refund"}),
        ("烂了一半 给我补发一份", {"wish_reship"}),
        ("裂了 换个新的给我", {"wish_replace"}),
        ("骗人的吧 垃圾", {"angry"}),
        ("少了一盒", set()),
        ("吃了没过敏", set()),
    ],
)
def test_flags(text: str, flags: set[str]) -> None:
    assert flags_of(text) == flags


def test_safety_and_law_are_urgent() -> None:
    ill = complaint("吃了你家豆干全家拉肚子")
    law = complaint("卖假货 我要举报你们到工商局")
    plain = complaint("豆干少了一包")
    assert ill is not None
    assert law is not None
    assert plain is not None
    assert (ill.urgency, law.urgency, plain.urgency) == ("urgent", "urgent", "high")


def test_private_needs_less() -> None:
    lines = [text for text, _ in CHAT] + ["有点小", "不太甜", "怎么这样", "有味道"]
    in_group = [text for text in lines if complaint(text)]
    in_private = [text for text in lines if complaint(text, private=True)]
    assert set(in_group) <= set(in_private)


@given(st.text(max_size=120))
def test_any_text_is_borne(text: str) -> None:
    found = complaint(text)
    assert found is None or 0 <= found.confidence <= 1
