"""A case and its clocks: what agents may do, working time, pauses, and whose turn it is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from chat import Shop
from hypothesis import given
from hypothesis import strategies as st

from storage.settings import Hours, Settings
from storage.tickets import (
    HeldBy,
    NotMergeable,
    State,
    Ticket,
    TicketEnded,
    TicketRunning,
    TooLate,
    ahead_of,
    next_agent,
    queue,
)
from storage.tickets import clock as desk_clock
from storage.tickets.clock import after, between, next_opening, pause_clock, resume_clock, start_clock
from storage.tickets.find import CAP, desk_agent

ZONE = ZoneInfo("Asia/Shanghai")
SETTINGS = Settings(timezone=ZONE)
MORNING = datetime(2026, 5, 21, 10, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)


def make(number: int = 101, category: str = "damaged", customer: str = "u1") -> Ticket:
    return Ticket(
        tenant_id="shop",
        number=number,
        category=category,
        customer_id=customer,
        opened_at=MORNING,
    )


# -- what agents do ----------------------------------------------------------------------------------


def test_claimed_by_one_is_refused_to_another() -> None:
    ticket = make()
    ticket.give("a1")
    ticket.claim("a2", MORNING)
    with pytest.raises(HeldBy) as refused:
        ticket.claim("a1", MORNING, holder="小吴")
    assert refused.value.facts == {"label": "A101", "holder": "小吴"}
    ticket.claim("a2", MORNING)
    assert (ticket.state, ticket.assignee) == (State.OPEN, "a2")


def test_the_first_answer_is_remembered_and_ends_the_wait() -> None:
    ticket = make()
    start_clock(ticket, SETTINGS, MORNING)
    ticket.answered(MORNING + MINUTE)
    ticket.answered(MORNING + 2 * MINUTE)
    assert ticket.first_response_at == MORNING + MINUTE
    assert ticket.last_human_at == MORNING + 2 * MINUTE
    assert not ticket.awaits_human


def test_a_human_is_active_for_fifteen_minutes() -> None:
    ticket = make()
    ticket.answered(MORNING)
    assert ticket.human_active(MORNING + 14 * MINUTE)
    assert not ticket.human_active(MORNING + 15 * MINUTE)
    ticket.resolve(MORNING + MINUTE)
    assert not ticket.human_active(MORNING + 2 * MINUTE)


def test_resolved_goes_back_to_nobody_and_can_be_reopened_for_three_days() -> None:
    ticket = make()
    ticket.claim("a1", MORNING)
    with pytest.raises(TicketRunning):
        ticket.reopen(MORNING)
    ticket.resolve(MORNING)
    assert ticket.assignee is None
    for act in (lambda: ticket.claim("a1", MORNING), lambda: ticket.resolve(MORNING)):
        with pytest.raises(TicketEnded):
            act()
    with pytest.raises(TicketEnded):
        ticket.hold(State.ON_HOLD)
    with pytest.raises(TooLate):
        ticket.reopen(MORNING + timedelta(hours=72, seconds=1))
    ticket.reopen(MORNING + timedelta(hours=72))
    assert (ticket.state, ticket.reopened) == (State.REOPENED, 1)


def test_only_cases_of_one_customer_are_merged() -> None:
    keep, gone, other = make(), make(102), make(103, customer="u2")
    gone.item = "草莓"
    gone.fact(photos=2, wish="refund")
    keep.fact(photos=1)
    for wrong in (other, keep):
        with pytest.raises(NotMergeable):
            wrong.merge_into(keep, MORNING)
    gone.merge_into(keep, MORNING)
    assert gone.state == State.CLOSED
    assert keep.item == "草莓"
    assert keep.facts == {"photos": 3, "wish": "refund"}
    with pytest.raises(TicketEnded):
        gone.merge_into(keep, MORNING)


# -- working time ------------------------------------------------------------------------------------


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(10), 5, at(10, 5)),
        (at(20, 58), 5, at(9, 3, 22)),
        (at(20, 55), 5, at(21)),
        (at(21), 5, at(9, 5, 22)),
        (at(23), 30, at(9, 30, 22)),
        (at(8), 30, at(9, 30)),
        (at(10), 12 * 60, at(10, 0, 22)),
    ],
)
def test_working_time(start: datetime, minutes: int, end: datetime) -> None:
    assert after(SETTINGS, start, minutes * MINUTE) == end


def test_opening() -> None:
    assert next_opening(SETTINGS, at(10)) == at(10)
    assert next_opening(SETTINGS, at(21)) == at(9, 0, 22)
    assert next_opening(SETTINGS, at(3)) == at(9)


@pytest.mark.parametrize(
    "hours",
    [
        Hours(time(9), time(21)),
        Hours(time(20), time(4)),
        Hours(time(0), time.max),
        Hours(time(8, 30), time(12)),
    ],
)
@given(
    begins=st.integers(0, 366 * 24 * 3600),
    minutes=st.integers(1, 4000),
)
def test_time_worked_until_then_is_the_time_asked_for(hours: Hours, begins: int, minutes: int) -> None:
    settings = Settings(timezone=ZONE, business_hours=hours)
    begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=begins)
    end = after(settings, begun, minutes * MINUTE)
    assert between(settings, begun, end) == minutes * MINUTE


def test_a_pause_keeps_what_is_left() -> None:
    ticket = make()
    start_clock(ticket, SETTINGS, at(10))
    pause_clock(ticket, SETTINGS, at(10, 2))
    ticket.hold(State.WAITING_CUSTOMER)
    assert (ticket.due_at, ticket.awaits_human) == (None, False)
    ticket.resume()
    resume_clock(ticket, SETTINGS, at(15))
    assert ticket.due_at == at(15, 3)
    assert ticket.waiting_since == at(10)


def test_safety_knows_no_closing_time() -> None:
    ticket = make(category="safety")
    start_clock(ticket, SETTINGS, at(23))
    assert ticket.due_at == at(23, 2)
    assert desk_clock.warning_at(ticket, SETTINGS, at(23)) == at(23, 1) + timedelta(seconds=36)
    assert desk_clock.warning_at(ticket, SETTINGS, at(23, 2)) is None


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("safety", "safety"),
        ("legal", "complaint"),
        ("damaged", "complaint"),
        ("refund", "refund"),
        ("human", "question"),
        ("other", "question"),
    ],
)
def test_every_category_has_its_target(category: str, kind: str) -> None:
    assert desk_clock.sla_class(make(category=category)) == kind


# -- whose turn --------------------------------------------------------------------------------------


async def test_the_desk_serves_the_most_pressing_first(shop: Shop) -> None:
    assert shop.worker is not None
    live = shop.worker.shop
    rows = live.rows(Ticket)
    for number, (category, priority) in enumerate(
        (("human", "normal"), ("damaged", "high"), ("safety", "urgent")), start=101
    ):
        ticket = rows.add(make(number, category, f"u{number}"))
        ticket.priority, ticket.tenant_id = priority, live.tenant
        start_clock(ticket, live.settings, MORNING)
    assert [ticket.number for ticket in queue(live)] == [103, 102, 101]
    assert [ahead_of(live, rows[n]) for n in (101, 102, 103)] == [2, 1, 0]


async def test_cases_go_round_up_to_the_cap(shop: Shop) -> None:
    assert shop.worker is not None
    live = shop.worker.shop
    for number in range(101, 101 + 2 * CAP):
        who = next_agent(live)
        assert who is not None
        desk_agent(live, who).last_given = number
        ticket = make(number, customer=f"u{number}")
        ticket.tenant_id = live.tenant
        ticket.give(who)
        live.rows(Ticket).add(ticket)
    loads = [t.assignee for t in live.rows(Ticket)]
    assert loads.count("u-agent") == loads.count("u-agent2") == CAP
    assert next_agent(live) is None
    live.rows(Ticket)[101].hold(State.WAITING_SUPPLIER)
    assert next_agent(live) == "u-agent"
    assert next_agent(live, but="u-agent") is None
