"""Rows: a journal takes back what a turn did, and knows what to write."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy.dialects import sqlite

from storage.people import Person
from storage.rows import Journal, Quantity, Rows, UtcDateTime, current_journal, journal_of, keep
from storage.timers import Timer


def person(ident: str = "u1", **more: object) -> Person:
    return Person(tenant_id="t", id=ident, **more)


def test_a_row_has_its_defaults_and_no_others_share_them() -> None:
    one, two = person(), person("u2")
    one.mark("a", 1)
    assert (one.marks, two.marks, one.name) == ({"a": 1}, {}, "")
    one.mark("a", None)
    assert one.marks == {}


@pytest.mark.parametrize(("values", "problem"), [({"nick": "x"}, "has no"), ({"id": "u"}, "needs tenant_id")])
def test_unknown_or_missing_columns_are_refused(values: dict[str, str], problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        Person(**values)


def test_a_rollback_puts_everything_back() -> None:
    rows: Rows[Person] = Rows(Person)
    old, gone = rows.add(person("old", name="a")), rows.add(person("gone"))
    journal = Journal()
    with journal_of(journal):
        old.name = "b"
        old.name = "c"
        rows.drop(gone)
        rows.add(person("new"))
    assert (old.name, len(rows), "new" in rows) == ("c", 2, True)
    journal.rollback()
    assert (old.name, "gone" in rows, "new" in rows) == ("a", True, False)
    assert current_journal() is None


def test_a_journal_knows_what_to_write() -> None:
    rows: Rows[Person] = Rows(Person)
    old, gone = rows.add(person("old")), rows.add(person("gone"))
    batch = Journal()
    assert batch.empty
    with journal_of(batch):
        turn = Journal()
        with journal_of(turn):
            old.name = "b"
            fresh = rows.add(person("new"))
            fresh.name = "n"
            brief = rows.add(person("brief"))
            rows.drop(brief)
            rows.drop(gone)
        keep(turn)
    assert batch.outcome() == ({Person: [fresh, old]}, {Person: [gone]})
    batch.rollback()
    assert [row.id for row in rows] == ["old", "gone"]
    assert old.name == ""


def test_a_refused_turn_leaves_the_batch_as_it_was() -> None:
    rows: Rows[Person] = Rows(Person)
    batch, turn = Journal(), Journal()
    with journal_of(batch):
        kept = rows.add(person("kept"))
        with journal_of(turn):
            kept.name = "x"
            rows.add(person("refused"))
        turn.rollback()
    assert (kept.name, len(rows)) == ("", 1)
    assert batch.outcome() == ({Person: [kept]}, {})


def test_rows_are_found_by_key_and_by_index() -> None:
    timers: Rows[Timer] = Rows(Timer)
    due = datetime(2026, 5, 21, tzinfo=UTC)
    one = timers.add(Timer(tenant_id="t", kind="a", ref="1", due=due))
    assert one.key == ("a", "1")
    assert timers.get(("a", "1")) is one is timers[("a", "1")]
    with pytest.raises(ValueError, match="exists"):
        timers.add(Timer(tenant_id="t", kind="a", ref="1", due=due))
    timers.adopt([Timer(tenant_id="t", kind="a", ref="1", due=due)])
    assert timers.get(("a", "1")) is one
    timers.release([one])
    assert len(timers) == 0


def test_moments_are_aware_and_in_utc() -> None:
    kind, dialect = UtcDateTime(), sqlite.dialect()
    shanghai = datetime(2026, 5, 21, 8, tzinfo=timezone(timedelta(hours=8)))
    assert kind.process_bind_param(shanghai, dialect) == datetime(2026, 5, 21)  # noqa: DTZ001
    assert kind.process_result_value(datetime(2026, 5, 21), dialect) == shanghai  # noqa: DTZ001
    assert kind.process_bind_param(None, dialect) is None is kind.process_result_value(None, dialect)
    with pytest.raises(ValueError, match="naive"):
        kind.process_bind_param(datetime(2026, 5, 21), dialect)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["0", "2", "0.5", "1.125", "99999999"])
def test_quantities_are_exact(text: str) -> None:
    kind, dialect = Quantity(), sqlite.dialect()
    stored = kind.process_bind_param(Decimal(text), dialect)
    assert stored is not None
    assert stored == Decimal(text) * 1000
    assert str(kind.process_result_value(stored, dialect)) == text
    assert kind.process_bind_param(None, dialect) is None
