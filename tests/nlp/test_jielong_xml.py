"""The XML of a native list: ids per line, ranges in UTF-16, drift, forgeries and attacks."""

from hypothesis import given
from hypothesis import strategies as st

from nlp.jielong import parse_list
from nlp.jielong_xml import LARGEST, parse_solitaire

TEXT = "#接龙\n🍇夏黑葡萄 45/箱\n\n1. 老李😀 1箱\n2. 小红 2箱\n3. 阿强 1箱 5-301"
USERS = ("wxid_li", "wxid_hong", "wxid_qiang")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def ranges(text: str, numbered: bool = False) -> list[str]:
    found = []
    for number, line in enumerate(text.split("\n\n")[1].split("\n"), 1):
        said = line if numbered else line.removeprefix(f"{number}. ")
        found.append(f"{units(text[: text.index(said)])}-{units(said)}")
    return found


def message(spans: list[str], text: str = TEXT, kind: str = "53", users: tuple[str, ...] = USERS) -> str:
    lines = "".join(
        f"<i><u>{user}</u><h>0</h><s>.</s><t>1779242400</t><r>{span}</r></i>"
        for user, span in zip(users, spans, strict=True)
    )
    info = (
        f"<solitaire><tt>0-18</tt><s>.</s><au>wxid_boss</au><content><s>{len(spans)}</s>{lines}"
        "</content></solitaire>"
    )
    return (
        f"<msg><appmsg><title>{text}</title><type>{kind}</type>"
        f"<extinfo><solitaire_info><![CDATA[{info}]]></solitaire_info></extinfo></appmsg></msg>"
    )


def owners_of(text: str, raw: str | None) -> list[str | None]:
    return [entry.owner for entry in parse_list(text, raw).entries]


def test_each_line_has_its_writer() -> None:
    assert owners_of(TEXT, message(ranges(TEXT))) == list(USERS)
    assert owners_of(TEXT, message(ranges(TEXT, numbered=True))) == list(USERS)
    solitaire = parse_solitaire(message(ranges(TEXT)))
    assert solitaire is not None
    assert (solitaire.creator, solitaire.separator) == ("wxid_boss", ".")
    assert solitaire.lines[0].written_at == 1_779_242_400


def test_ranges_that_drifted_together_are_moved() -> None:
    longer = TEXT.replace("夏黑葡萄", "夏黑葡萄（无籽，顺丰）")
    assert owners_of(longer, message(ranges(TEXT))) == list(USERS)


def test_a_range_that_covers_something_else_gives_no_writer() -> None:
    spans = ranges(TEXT)
    spans[1] = "3-4"
    assert owners_of(TEXT, message(spans)) == ["wxid_li", None, "wxid_qiang"]
    edited = TEXT.replace("小红 2箱", "小红 29箱")
    assert owners_of(edited, message(ranges(TEXT))) == ["wxid_li", None, None]


def test_two_equal_lines_keep_their_order() -> None:
    twice = "#接龙\n葡萄 45/箱\n\n1. 小李 1箱\n2. 小李 1箱"
    spans = [f"{units(twice[: twice.index('小李')])}-5", f"{units(twice[: twice.rindex('小李')])}-5"]
    assert owners_of(twice, message(spans, twice, users=("u1", "u2"))) == ["u1", "u2"]


def test_other_kinds_empty_info_and_broken_xml_are_none() -> None:
    assert parse_solitaire(None) is None
    assert parse_solitaire("") is None
    assert parse_solitaire("no xml at all") is None
    assert parse_solitaire("<msg><appmsg>") is None
    assert parse_solitaire(message(ranges(TEXT), kind="49")) is None
    empty = "<msg><appmsg><title>x</title><type>53</type><extinfo><solitaire_info/></extinfo></appmsg></msg>"
    assert parse_solitaire(empty) is None
    assert owners_of(TEXT, empty) == [None, None, None]


def test_a_sender_in_front_of_the_xml_is_skipped() -> None:
    assert owners_of(TEXT, "wxid_li:\n" + message(ranges(TEXT))) == list(USERS)


def test_document_types_entities_and_giants_are_refused() -> None:
    bomb = (
        '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        "<msg><appmsg><title>&b;</title><type>53</type></appmsg></msg>"
    )
    assert parse_solitaire(bomb) is None
    inner = message(ranges(TEXT)).replace("<solitaire>", '<!DOCTYPE s [<!ENTITY a "b">]><solitaire>')
    assert parse_solitaire(inner) is None
    assert parse_solitaire(message(ranges(TEXT)) + " " * LARGEST) is None


@given(st.lists(st.from_regex(r"[0-9]{1,10}-[0-9]{1,10}", fullmatch=True), min_size=3, max_size=3))
def test_any_ranges_are_survived(spans: list[str]) -> None:
    assert len(owners_of(TEXT, message(spans))) == 3


@given(st.text(max_size=100))
def test_any_text_is_survived(raw: str) -> None:
    assert parse_solitaire(raw) is None
