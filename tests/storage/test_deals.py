"""When a deal is said next, and whether it may be said now."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from chat import ZONE, Shop
from hypothesis import given
from hypothesis import strategies as st

from storage import deals
from storage.deals import Deal, DealPost, DealState, PostState, TimeGone, decide, next_slot
from storage.people import Room

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = (datetime.fromisoformat(f"{year}-01-01") for year in (2026, 2029))
FRIDAY = {"freq": "weekly", "interval": 1, "byday": ["FR"], "at": ["09:00"], "start": "2026-05-21"}


def at(text: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def rule(freq: str, *hours: str, **more: Any) -> dict[str, Any]:
    return {"freq": freq, "at": list(hours), "start": "2026-05-21", **more}


def test_every_friday_at_nine() -> None:
    assert next_slot(FRIDAY, at("2026-05-21 10:00"), ZONE) == at("2026-05-22 09:00")
    assert next_slot(FRIDAY, at("2026-05-22 08:59"), ZONE) == at("2026-05-22 09:00")
    assert next_slot(FRIDAY, at("2026-05-22 09:00"), ZONE) == at("2026-05-29 09:00")


def test_two_hours_a_day_in_order() -> None:
    twice = rule("daily", "18:00", "09:00")
    assert next_slot(twice, at("2026-05-21 08:00"), ZONE) == at("2026-05-21 09:00")
    assert next_slot(twice, at("2026-05-21 09:00"), ZONE) == at("2026-05-21 18:00")


def test_every_other_day_and_week_count_from_the_start() -> None:
    other_day = rule("daily", "09:00", interval=2)
    assert next_slot(other_day, at("2026-05-21 10:00"), ZONE) == at("2026-05-23 09:00")
    other_week = rule("weekly", "09:00", interval=2, byday=["TH"])
    assert next_slot(other_week, at("2026-05-21 10:00"), ZONE) == at("2026-06-04 09:00")


def test_days_of_the_month_and_its_last_day() -> None:
    first_and_last = rule("monthly", "10:00", bymonthday=[1, -1])
    assert next_slot(first_and_last, at("2026-05-21 10:00"), ZONE) == at("2026-05-31 10:00")
    assert next_slot(first_and_last, at("2026-05-31 10:00"), ZONE) == at("2026-06-01 10:00")
    leap = rule("monthly", "10:00", bymonthday=[29], interval=1, start="2027-02-01")
    assert next_slot(leap, at("2027-02-01 00:00"), ZONE) == at("2027-03-29 10:00")


def test_an_hour_that_summer_time_leaves_out_comes_an_hour_later_once() -> None:
    night = rule("daily", "02:30", start="2026-03-01")
    before = at("2026-03-28 12:00", BERLIN)
    slot = next_slot(night, before, BERLIN)
    assert slot is not None
    assert slot.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"
    assert next_slot(night, slot, BERLIN) == at("2026-03-30 02:30", BERLIN)


def test_an_hour_that_comes_twice_counts_once() -> None:
    night = rule("daily", "02:30", start="2026-10-01")
    slot = next_slot(night, at("2026-10-24 12:00", BERLIN), BERLIN)
    assert slot == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_slot(night, slot, BERLIN) == at("2026-10-26 02:30", BERLIN)


def test_nine_stays_nine_through_the_year() -> None:
    daily = rule("daily", "09:00", start="2026-01-01")
    moment = at("2026-01-01 00:00", BERLIN)
    for _ in range(365):
        slot = next_slot(daily, moment, BERLIN)
        assert slot is not None
        assert f"{slot.astimezone(BERLIN):%H:%M}" == "09:00"
        moment = slot


@given(
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.lists(st.integers(0, 1439), min_size=1, max_size=3),
    st.sampled_from(["daily", "weekly", "monthly"]),
)
def test_slots_only_go_forward_and_none_is_left_out(
    after: datetime, zone_name: str, minutes: list[int], freq: str
) -> None:
    zone = ZoneInfo(zone_name)
    hours = [f"{m // 60:02d}:{m % 60:02d}" for m in minutes]
    made = rule(freq, *hours, byday=["MO", "SA"], bymonthday=[1, 15, -1], start="2025-12-01")
    slot = next_slot(made, after, zone)
    assert slot is not None
    assert slot > after
    halfway = after + (slot - after) / 2
    assert next_slot(made, halfway, zone) == slot


def test_a_rule_that_never_falls_due_has_no_slot() -> None:
    june = rule("monthly", "09:00", bymonthday=[31], interval=12, start="2026-06-01")
    assert next_slot(june, at("2026-05-21 10:00"), ZONE) is None


def deal(**more: Any) -> Deal:
    given = {
        "tenant_id": "shop",
        "number": 1,
        "room_id": "r1",
        "text": "水果预告",
        "rule": FRIDAY,
        "next_slot": at("2026-05-22 09:00"),
        "created_by": "u-lead",
        "created_at": at("2026-05-21 10:00"),
    }
    return Deal(**{**given, **more})


def test_a_single_deal_is_done_after_its_slot() -> None:
    single = deal(rule=None)
    assert single.advance(at("2026-05-22 09:00"), ZONE) is None
    assert single.state == DealState.DONE


def test_resuming_never_makes_up_for_what_has_passed() -> None:
    weekly = deal(state=DealState.PAUSED)
    assert weekly.resume(at("2026-05-25 10:00"), ZONE) == at("2026-05-29 09:00")
    single = deal(rule=None, state=DealState.PAUSED)
    with pytest.raises(TimeGone):
        single.resume(at("2026-05-22 09:00"), ZONE)
    assert single.state == DealState.PAUSED


# -- may it be said now --------------------------------------------------------------------------


async def decided(shop: Shop, now: str, slot: str | None = None, **more: Any) -> tuple[str, str]:
    assert shop.worker is not None
    made = deal(**more)
    moment = at(now)
    said = await decide(shop.worker.shop, made, made.text, at(slot or now), moment)
    return said.state, said.reason


def room_of(shop: Shop) -> Room:
    assert shop.worker is not None
    room = shop.worker.shop.rows(Room).get("r1")
    assert room is not None
    return room


async def test_in_time_it_is_posted(shop: Shop) -> None:
    assert await decided(shop, "2026-05-22 09:00") == (PostState.POSTED, "")
    assert await decided(shop, "2026-05-22 09:30", "2026-05-22 09:00") == (PostState.POSTED, "")


async def test_more_than_half_an_hour_late_is_missed(shop: Shop) -> None:
    late = await decided(shop, "2026-05-22 09:30:01", "2026-05-22 09:00")
    assert late == (PostState.MISSED, "late")


async def test_quiet_hours_queue_it(shop: Shop) -> None:
    assert await decided(shop, "2026-05-22 23:00") == (PostState.QUEUED, "quiet")
    room_of(shop).setting("quiet", ["20:00", "21:00"])
    assert await decided(shop, "2026-05-22 23:00") == (PostState.POSTED, "")
    assert await decided(shop, "2026-05-22 20:30") == (PostState.QUEUED, "quiet")


async def test_half_of_the_daily_messages_at_most_are_adverts(shop: Shop) -> None:
    room = room_of(shop)
    room.counted_day, room.counted_adverts = "2026-05-22", 30
    assert await decided(shop, "2026-05-22 09:00") == (PostState.QUEUED, "cap")
    room.counted_day = "2026-05-21"
    assert await decided(shop, "2026-05-22 09:00") == (PostState.POSTED, "")


async def test_what_waits_for_the_cap_waits_for_another_day(shop: Shop) -> None:
    assert shop.worker is not None
    room = room_of(shop)
    room.counted_day, room.counted_adverts = "2026-05-22", 30
    now = at("2026-05-22 00:10")
    room.setting("quiet", ["01:00", "02:00"])
    said = await decide(shop.worker.shop, deal(), "x", now, now)
    assert said.until == at("2026-05-23 00:00")


async def test_the_same_words_come_again_after_23_hours(shop: Shop) -> None:
    assert shop.worker is not None
    rows = shop.worker.shop.rows(DealPost)
    rows.add(
        DealPost(
            tenant_id="shop",
            deal=9,
            room_id="r1",
            slot=at("2026-05-22 09:00"),
            state=PostState.POSTED,
            text_key=deals.text_key("水果，预告！"),
            at=at("2026-05-22 09:00"),
        )
    )
    assert await decided(shop, "2026-05-23 07:59") == (PostState.SKIPPED, "same")
    assert await decided(shop, "2026-05-23 08:00") == (PostState.POSTED, "")
    assert await decided(shop, "2026-05-22 10:00", room_id="r2") == (PostState.POSTED, "")


async def test_no_room_and_a_muted_room_skip_it(shop: Shop) -> None:
    assert await decided(shop, "2026-05-22 09:00", room_id="nowhere") == (PostState.SKIPPED, "gone")
    room_of(shop).setting("muted", True)
    assert await decided(shop, "2026-05-22 09:00") == (PostState.SKIPPED, "muted")


def test_words_about_today_are_stale_tomorrow() -> None:
    slot, later = at("2026-05-21 23:00"), at("2026-05-22 07:30")
    assert deals.outdated("今晚最后一波", slot, later, ZONE)
    assert not deals.outdated("今晚最后一波", slot, slot + timedelta(minutes=5), ZONE)
    assert not deals.outdated("周六见", slot, later, ZONE)
