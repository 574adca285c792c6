"""A timer that falls due for what is over: nothing is said, and nothing changes."""

from typing import Any

import pytest
from after_sales import resolved
from chat import Shop

from storage.incidents import Incident
from storage.tickets import Ticket

OFFER = "周六草莓⏎A 红颜草莓 2斤/盒 39.9元⏎周六20点截止，1盒成团，自提3号楼架空层"
OF_CASES = ("sla_warning", "sla_breach", "promise", "solving_warning", "solving_breach", "agent_silence")


async def rings(shop: Shop, kind: str, ref: str, **data: Any) -> list[str]:
    """The timer falls due now; what is said."""
    assert shop.worker is not None
    assert kind in shop.worker.dispatch.timer_ranks
    shop.worker.shop.set_timer(kind, ref, shop.now, **data)
    return [line["text"] for line in await shop.passes(seconds=1)]


def cases(shop: Shop) -> list[dict[str, Any]]:
    assert shop.worker is not None
    return [ticket.values() for ticket in shop.worker.shop.rows(Ticket)]


@pytest.mark.parametrize("kind", OF_CASES)
async def test_of_a_case_that_is_done(shop: Shop, kind: str) -> None:
    await resolved(shop)
    before = cases(shop)
    assert await rings(shop, kind, "101", agent="u-agent") == []
    assert await rings(shop, kind, "999", agent="u-agent") == []
    assert cases(shop) == before


async def test_of_a_group_buy_that_is_over(shop: Shop) -> None:
    await shop.opens(OFFER)
    await shop.say("小陈", "2盒")
    await shop.say("团长小美", "截单")
    before = (await shop.state())["group_buys"]
    for kind in ("deadline", "refund_start", "nudge"):
        assert await rings(shop, kind, "1") == []
        assert await rings(shop, kind, "99") == []
    assert (await shop.state())["group_buys"] == before


async def test_of_a_poll_that_nobody_remembers(shop: Shop) -> None:
    assert await rings(shop, "poll", "r1") == []


async def test_of_an_incident_that_is_unknown(shop: Shop) -> None:
    assert shop.worker is not None
    assert await rings(shop, "incident_promise", "7") == []
    assert list(shop.worker.shop.rows(Incident)) == []


async def test_of_a_held_message_that_was_let_go(shop: Shop) -> None:
    assert await rings(shop, "outbox_held", "000000000099") == []
