"""When several complaints are one matter."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chat import Shop

from storage.incidents import Incident, cluster, incident_of, new_incident, tickets_of
from storage.tickets import State, Ticket

NOW = datetime(2026, 5, 21, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def make(number: int, *, minutes: int = 0, **values: object) -> Ticket:
    given = {"category": "damaged", "customer_id": f"u{number}", "item": "草莓", "room_id": "r1"}
    opened = NOW - timedelta(minutes=minutes)
    return Ticket(tenant_id="shop", number=number, opened_at=opened, **{**given, **values})


def test_three_customers_within_two_hours() -> None:
    near = [make(1), make(2, minutes=60), make(3, minutes=120)]
    assert cluster(reversed(near), "草莓", NOW) == near
    assert cluster(near[:2], "草莓", NOW) == []
    assert cluster([*near[:2], make(3, minutes=121)], "草莓", NOW) == []


def test_one_customer_another_item_a_question_or_a_merged_case_do_not_count() -> None:
    near = [make(1), make(2)]
    for third in (
        make(3, customer_id="u1"),
        make(3, item="鸡蛋"),
        make(3, category="human"),
        make(3, state=State.CLOSED),
    ):
        assert cluster([*near, third], "草莓", NOW) == []
    assert len(cluster([*near, make(3, category="safety")], "草莓", NOW)) == 3


async def test_later_cases_belong_to_it_for_a_day(shop: Shop) -> None:
    assert shop.worker is not None
    live = shop.worker.shop
    cases = [live.rows(Ticket).add(make(n)) for n in (1, 2, 3)]
    incident = new_incident(live, cases, "草莓", NOW, NOW + timedelta(hours=4))
    assert incident.label == "I1"
    assert incident.rooms == ["r1"]
    assert incident_of(live, "草莓", NOW + timedelta(hours=24)) is incident
    assert incident_of(live, "鸡蛋", NOW) is None
    late = live.rows(Ticket).add(make(4, room_id="r2"))
    incident.attach(late, NOW + timedelta(hours=20))
    assert incident.rooms == ["r1", "r2"]
    assert incident_of(live, "草莓", NOW + timedelta(hours=43)) is incident
    assert incident_of(live, "草莓", NOW + timedelta(hours=45)) is None
    assert tickets_of(live, incident) == [*cases, late]
    assert len(live.rows(Incident)) == 1
