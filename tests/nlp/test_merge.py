"""A re-posted list against what was: lines restored, foreign edits refused, forks united."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.jielong import Entry, EntryItem, NativeList, parse_list
from nlp.merge import Change, Merged, base_of, line_name, merge

HEAD = "#接龙\n夏黑葡萄 45/箱 周五20点截\n\n"


def posted(*lines: str, head: str = HEAD) -> NativeList:
    return parse_list(head + "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1)))


OLD = posted("老李 1箱", "小红 2箱", "阿强 1箱")


def merged(after: NativeList, poster: str, base: NativeList | None = None) -> Merged:
    return merge(OLD, after, poster=poster, leaders=["团长"], base=base)


def told(change: Change) -> tuple[str, str | None, bool, str | None]:
    return (change.op, change.name, change.accepted, change.reason)


def booked(result: Merged) -> dict[str, int]:
    return {line_name(e): int(sum(i.quantity for i in e.items)) for e in result.active}


def test_a_new_line_counts_whoever_wrote_it() -> None:
    result = merged(posted("老李 1箱", "小红 2箱", "阿强 1箱", "美美 3箱", "美美代302 1箱"), "美美")
    assert [told(c) for c in result.changes] == [
        ("join", "美美", True, None),
        ("join", "302", True, None),
    ]
    assert result.changes[1].on_behalf_by == "美美"
    assert booked(result) == {"老李": 1, "小红": 2, "阿强": 1, "美美": 3, "302": 1}


@pytest.mark.parametrize(
    ("poster", "accepted", "reason"),
    [("小红", True, None), ("团长", True, None), ("阿强", False, "not_owner")],
)
def test_a_line_changes_by_its_owner_or_a_leader(poster: str, accepted: bool, reason: str | None) -> None:
    result = merged(posted("老李 1箱", "小红 5箱", "阿强 1箱"), poster)
    assert [told(c) for c in result.changes] == [("change", "小红", accepted, reason)]
    assert result.changes[0].before == OLD.entries[1].items
    assert booked(result)["小红"] == (5 if accepted else 2)
    assert bool(result.refused) is not accepted


def test_a_line_that_vanished_stays_unless_it_was_ones_own() -> None:
    after = posted("老李 1箱", "阿强 1箱")
    assert [told(c) for c in merged(after, "小红").changes] == [("cancel", "小红", True, None)]
    by_other = merged(after, "老李")
    assert [told(c) for c in by_other.restored] == [("remove", "小红", False, "not_owner")]
    assert booked(by_other) == {"老李": 1, "小红": 2, "阿强": 1}
    assert booked(merged(after, "团长")) == {"老李": 1, "阿强": 1}


def test_a_new_line_in_the_place_of_another_overwrote_it() -> None:
    result = merged(posted("老李 1箱", "小红 2箱", "美美 3箱"), "美美")
    assert sorted(told(c) for c in result.changes) == [
        ("join", "美美", True, None),
        ("remove", "阿强", False, "overwritten"),
    ]
    assert booked(result) == {"老李": 1, "小红": 2, "阿强": 1, "美美": 3}


def test_a_fork_is_united() -> None:
    base = posted("老李 1箱", "小红 1箱")
    result = merged(posted("老李 1箱", "小红 1箱", "美美 3箱"), "美美", base)
    assert {told(c) for c in result.changes} == {
        ("change", "小红", False, "fork"),
        ("remove", "阿强", False, "fork"),
        ("join", "美美", True, None),
    }
    assert booked(result) == {"老李": 1, "小红": 2, "阿强": 1, "美美": 3}


def test_the_base_is_found_among_the_versions() -> None:
    base = posted("老李 1箱", "小红 1箱")
    after = posted("老李 1箱", "小红 1箱", "美美 3箱")
    assert base_of([base, OLD], after) is base
    assert base_of([base, OLD], posted("老李 1箱", "小红 2箱", "阿强 1箱", "美美 3箱")) is None
    assert base_of([OLD], posted("别人 1箱")) is None


@pytest.mark.parametrize("line", ["小红 2箱 取消", "小红 不要了"])
def test_words_of_withdrawal_in_a_line(line: str) -> None:
    after = posted("老李 1箱", line, "阿强 1箱")
    assert [told(c) for c in merged(after, "小红").changes] == [("cancel", "小红", True, None)]
    assert booked(merged(after, "小红")) == {"老李": 1, "阿强": 1}
    assert booked(merged(after, "阿强")) == {"老李": 1, "小红": 2, "阿强": 1}


def test_a_line_below_that_takes_back_or_replaces() -> None:
    taken = merged(posted("老李 1箱", "小红 2箱", "阿强 1箱", "小红 取消"), "小红")
    assert booked(taken) == {"老李": 1, "阿强": 1}
    changed = merged(posted("老李 1箱", "小红 2箱", "阿强 1箱", "小红 改4箱"), "小红")
    assert booked(changed) == {"老李": 1, "小红": 4, "阿强": 1}


def test_order_notes_and_the_same_again_change_nothing() -> None:
    assert merged(posted("阿强 1箱", "老李 1箱", "小红 2箱"), "阿强").changes == ()
    assert merged(OLD, "阿强").changes == ()
    noted = parse_list(HEAD + "1. 老李 1箱\n2. 小红 2箱\n3. 阿强 1箱\n\n马上截了")
    assert merged(noted, "阿强").changes == ()


def test_a_remark_is_ones_own_too() -> None:
    after = posted("老李（2栋） 1箱", "小红 2箱", "阿强 1箱")
    own = merged(after, "老李").changes[0]
    assert (own.op, own.accepted) == ("remark", True)
    assert "2栋" in (own.remark or "")
    assert told(merged(after, "阿强").changes[0]) == ("remark", "老李", False, "not_owner")


def test_the_title_is_the_leaders() -> None:
    after = posted("老李 1箱", "小红 2箱", "阿强 1箱", head="#接龙\n夏黑葡萄 35/箱\n\n")
    assert told(merged(after, "阿强").changes[0]) == ("title", None, False, "not_leader")
    assert told(merged(after, "团长").changes[0]) == ("title", None, True, None)


def test_owners_can_be_ids() -> None:
    after = posted("老李 9箱", "小红 9箱", "阿强 1箱")
    ids = {"老李": "u1", "小红": "u2"}
    result = merge(OLD, after, poster="u1", leaders=["u9"], owner_of=ids)
    assert {told(c) for c in result.changes} == {
        ("change", "老李", True, None),
        ("change", "小红", False, "not_owner"),
    }
    called = merge(OLD, after, poster="u2", leaders=[], owner_of=lambda e: ids.get(e.name))
    assert [c.name for c in called.changes if c.accepted] == ["小红"]


def test_two_lines_of_one_name_meet_their_own() -> None:
    old = posted("小李 1箱", "小李 5栋 3箱")
    after = posted("小李 1箱", "小李 5栋 4箱")
    result = merge(old, after, poster="小李", leaders=[])
    assert [(c.op, c.before) for c in result.changes] == [("change", old.entries[1].items)]
    assert [float(e.items[0].quantity) for e in result.active] == [1, 4]


NAMES = ["甲", "乙", "丙", "丁", "戊"]
BOOKS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 5), max_size=5)


def listed(book: dict[str, int]) -> NativeList:
    entries = tuple(
        Entry(n, name, (EntryItem("葡萄", Decimal(amount), "箱"),))
        for n, (name, amount) in enumerate(book.items(), 1)
    )
    return NativeList("葡萄", entries, header_lines=("葡萄",))


@given(BOOKS, BOOKS, st.sampled_from(NAMES))
def test_nobody_loses_a_line_to_somebody_else(
    before: dict[str, int], after: dict[str, int], poster: str
) -> None:
    result = merge(listed(before), listed(after), poster=poster, leaders=[])
    expected = {**after, **{name: n for name, n in before.items() if name != poster}}
    if poster not in after:
        expected.pop(poster, None)
    assert booked(result) == expected


@given(BOOKS, BOOKS)
def test_a_leader_sets_the_whole_list(before: dict[str, int], after: dict[str, int]) -> None:
    result = merge(listed(before), listed(after), poster="团长", leaders=["团长"])
    assert booked(result) == after
    again = merge(listed(after), listed(after), poster="团长", leaders=["团长"])
    assert again.changes == ()


def test_thousands_of_lines_merge_in_linear_time() -> None:
    book = {f"邻居{n}": n % 5 + 1 for n in range(5_000)}
    after = {**book, "美美": 2}
    del after["邻居17"]
    result = merge(listed(book), listed(after), poster="美美", leaders=[])
    assert len(result.active) == 5_001
    assert [c.name for c in result.restored] == ["邻居17"]
