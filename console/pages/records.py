"""What happened at the desk, and how the bot is: for those who answer for it."""

from collections import Counter

from aiohttp import web

from console.answers import page
from console.parts import DESK
from console.who import who
from storage.accounts import deeds
from storage.outbox import OutboxRow
from storage.people import Room
from storage.shop import Shop
from storage.tickets import Ticket, present_agents

PAGE = 100


async def audit(request: web.Request) -> web.StreamResponse:
    """Who did what, newest first."""
    desk, before = request.app[DESK], request.query.get("before", "")[:64]
    found = await desk.run(lambda connection: deeds(connection, desk.tenant, before or None, PAGE))
    more = found[-1].id if len(found) == PAGE else None
    return page(request, "audit.html", title="审计", rows=found, more=more)


async def health(request: web.Request) -> web.StreamResponse:
    """Database, broker, channels; what waits to be sent; settings that matter at the desk."""
    desk, shop = request.app[DESK], request.app[DESK].shop()
    settings, account = shop.settings, who(request)
    waiting = Counter(row.state for row in shop.rows(OutboxRow))
    hours = settings.business_hours
    sla = settings.sla
    present = set(present_agents(shop))
    agents = [
        (role.name or shop.name_of(role.person_id), role.person_id in present, _load(shop, role.person_id))
        for role in shop.agents()
    ]
    return page(
        request,
        "health.html",
        title="状态",
        health=await desk.health(),
        waiting=waiting,
        agents=agents,
        rooms=[room for room in shop.rows(Room) if account.sees_room(room.id)],
        facts=settings.facts,
        hours=f"{hours.start:%H:%M}–{hours.end:%H:%M}",
        sla=[
            ("食品安全", sla.safety),
            ("投诉", sla.complaint),
            ("退款", sla.refund),
            ("问题", sla.question),
        ],
    )


def _load(shop: Shop, person: str) -> int:
    return sum(1 for ticket in shop.rows(Ticket) if ticket.assignee == person and not ticket.ended)
