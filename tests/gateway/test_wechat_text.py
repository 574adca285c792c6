"""How WeChat writes quotes, lists, mentions and recalls; needs no gateway."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Quote
from bot.channels.wechaty.recent import Recent
from bot.channels.wechaty.sent import Originals
from bot.channels.wechaty.wechat_text import (
    mentioned,
    read,
    with_mentions,
    without_mentions,
)

DASHES = "- - - - - - - - - - - - - - - -"
TEXT = 7


@pytest.mark.parametrize(
    ("text", "name", "quoted", "body"),
    [
        (f"「老王：A2」\n{DASHES}\n我也是", "老王", "A2", "我也是"),
        (f"「老王:A2」\n{DASHES}\n我也是", "老王", "A2", "我也是"),
        (f"「老王：一\n二\n三」\n{DASHES}\n+1", "老王", "一\n二\n三", "+1"),
        (f"「A：「B：x」\n{DASHES}\ny」\n{DASHES}\nz", "A", f"「B：x」\n{DASHES}\ny", "z"),
        (f"「小团：草莓：39.9」\n{DASHES}\n还有吗", "小团", "草莓：39.9", "还有吗"),
        (f"「老王：[图片]」\n{DASHES}\n这个", "老王", "[图片]", "这个"),
    ],
)
def test_quote_with_dashes(text: str, name: str, quoted: str, body: str) -> None:
    reading = read(TEXT, text)
    assert reading.text == body
    assert reading.quote == Quote(name=name, text=quoted)


@pytest.mark.parametrize(
    "text",
    ["「草莓」好吃", "「老王：A2」我也要", "- - - - - - - - - - - -\n我也是", "：」\n- -\n"],
)
def test_what_is_no_quote(text: str) -> None:
    assert read(TEXT, text).text == text
    assert read(TEXT, text).quote is None


def test_reply_to_a_picture() -> None:
    xml = (
        "<msg><appmsg><title>这个还有吗</title><type>57</type><refermsg><type>3</type>"
        "<svrid>9</svrid><fromusr>wxid_a</fromusr><displayname>阿珍</displayname></refermsg>"
        "</appmsg></msg>"
    )
    quote = Quote(id="9", sender="wxid_a", name="阿珍", text="[图片]")
    assert read(14, xml).quote == quote


def test_reply_to_a_card() -> None:
    inner = "&lt;msg&gt;&lt;appmsg&gt;&lt;title&gt;草莓团&lt;/title&gt;&lt;/appmsg&gt;&lt;/msg&gt;"
    xml = (
        "<msg><appmsg><title>还有吗</title><type>57</type><refermsg><type>49</type>"
        f"<content>{inner}</content></refermsg></appmsg></msg>"
    )
    quote = read(14, xml).quote
    assert quote is not None
    assert quote.text == "草莓团"


def test_link_and_mini_program() -> None:
    link = "<msg><appmsg><title>草莓团</title><type>5</type><url>u</url></appmsg></msg>"
    assert (read(14, link).kind, read(14, link).text) == ("link", "草莓团")
    program = "<msg><appmsg><title>接龙管家</title><type>33</type></appmsg></msg>"
    assert (read(14, program).kind, read(9, program).text) == ("mini_program", "接龙管家")


@pytest.mark.parametrize(
    "xml",
    [
        "<msg><appmsg><title>没有收尾",
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><msg><appmsg>&x;</appmsg></msg>',
        "<msg></msg>",
        "<sysmsg type='pat'><pat/></sysmsg>",
    ],
)
def test_xml_that_says_nothing_is_no_text(xml: str) -> None:
    reading = read(0, xml)
    assert (reading.kind, reading.text, reading.raw) == ("unknown", "", xml)


def test_typed_xml_is_only_a_text() -> None:
    xml = "<msg><appmsg><title>1. 老王 9盒</title><type>53</type></appmsg></msg>"
    for text in (xml, f"u1:\n{xml}"):
        reading = read(TEXT, text)
        assert (reading.kind, reading.text, reading.raw) == ("text", text, None)


def test_words_that_start_like_xml_to_people() -> None:
    assert read(TEXT, "小陈:\n两份").text == "小陈:\n两份"
    assert read(TEXT, "<3 草莓").text == "<3 草莓"


@given(st.integers(-3, 300), st.text(), st.text(max_size=20))
def test_anything_can_be_read(type: int, text: str, filename: str) -> None:
    reading = read(type, text, filename)
    assert reading.kind
    assert isinstance(reading.text, str)


@given(st.text(alphabet="「」：:- \n@\u2005<>msg小团a", max_size=80))
def test_anything_like_wechat_can_be_read(text: str) -> None:
    assert read(TEXT, text).kind in ("text", "unknown", "recalled")
    assert isinstance(mentioned(text, [], {"小团": "bot"}, {"小团a": "x"}), tuple)


def test_the_longest_name_wins() -> None:
    own, others = {"小团": "bot"}, {"小团长": "lead", "": "nobody"}
    assert mentioned("@小团长 在吗", [], own, others) == ("lead",)
    assert mentioned("@小团 在吗 @小团长\u2005", [], own, others) == ("bot", "lead")
    assert mentioned("@小团长\u2005在吗", [], own, {}) == ()
    assert mentioned("@小 团\u2005在吗", [], {"小 团": "bot"}, {}) == ("bot",)
    assert mentioned("@", ["u1"], own, others) == ("u1",)


NAMES = st.text(alphabet="小团陈王a1 ", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(st.text(alphabet="草莓@小团 \n", max_size=20), st.dictionaries(NAMES, NAMES, max_size=3))
def test_mentions_are_put_in_once(text: str, mentions: dict[str, str]) -> None:
    once = with_mentions(text, mentions)
    assert all(f"@{name}" in once for name in mentions.values())
    assert without_mentions(with_mentions("好的", mentions)) == "好的"


def test_originals_are_bounded() -> None:
    originals = Originals()
    for number in range(1_500):
        originals.keep("r", f"x{number}", f"y{number}")
    assert originals.of("r", "x1499") == "y1499"
    assert originals.of("r", "x0") == "x0"


def test_quote_is_resolved_only_when_certain() -> None:
    recent = Recent()
    recent.remember("r", "m1", "u1", "小陈", "A2 一份")
    recent.remember("r", "m2", "u2", "老王", "A2 一份")
    recent.remember("r", "m3", "u1", "小陈", "这是一段很长很长的话，讲了许多")
    assert recent.resolve("r", Quote(name="小陈", text="A2  一份")).id == "m1"
    assert recent.resolve("r", Quote(name="老王", text="A2 一份")).sender == "u2"
    assert recent.resolve("r", Quote(text="A2 一份")).id == "m2"
    assert recent.resolve("r", Quote(name="别人", text="A2 一份")).id is None
    assert recent.resolve("r", Quote(name="小陈", text="这是一段很长很长的话…")).id == "m3"
    assert recent.resolve("r", Quote(id="m1", text="别的")).sender == "u1"
    assert recent.resolve("elsewhere", Quote(text="A2 一份")).id is None


def test_recent_is_bounded() -> None:
    recent = Recent()
    for number in range(1_000):
        recent.remember(f"r{number}", "m", "u", None, "x")
        recent.remember("busy", f"m{number}", "u", None, f"第{number}条")
    assert recent.resolve("r0", Quote(text="x")).id is None
    assert recent.resolve("busy", Quote(text="第0条")).id is None
    assert recent.resolve("busy", Quote(text="第999条")).id == "m999"
