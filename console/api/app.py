"""The API of version 1: tickets, group buys and products, as far as the token's owner sees them."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection, select

from console.api.models import (
    GroupBuyDetail,
    GroupBuyList,
    GroupBuySummary,
    Line,
    ProductList,
    ProductQuery,
    ProductRow,
    Reply,
    SignUpLine,
    TicketDetail,
    TicketList,
    TicketQuery,
    TicketSummary,
)
from console.api.router import Api, Call, Endpoint, NotThere
from console.cases import case
from console.pages.group_buys import find, listed
from console.parts import DESK, Desk, Refusal
from console.who import Who
from storage.accounts import AuditEntry, write_down
from storage.catalogue import Product
from storage.group_buys import GroupBuy, Item, SignUp
from storage.group_buys.report import group_buy_state, number
from storage.tickets import Ticket, TicketLine, ticket_state


def build_api(desk: Desk) -> web.Application:
    """The API, to be mounted at `/api/`."""
    app = web.Application()
    app[DESK] = desk
    api().mount(app)
    return app


def api() -> Api:
    """All endpoints."""
    one = "/tickets/{number}"
    return Api(
        "小团",
        "1",
        "/v1",
        [
            Endpoint(
                method="GET",
                path="/tickets",
                answer=list_tickets,
                query=TicketQuery,
                gives=TicketList,
                summary="Cases, newest first",
            ),
            Endpoint(
                method="GET",
                path=one,
                answer=get_ticket,
                gives=TicketDetail,
                summary="A case with its conversation",
            ),
            Endpoint(
                method="POST",
                path=f"{one}/reply",
                answer=reply_to_ticket,
                body=Reply,
                gives=TicketSummary,
                summary="Answer the customer in private",
            ),
            Endpoint(
                method="POST",
                path=f"{one}/resolve",
                answer=resolve_ticket,
                gives=TicketSummary,
                summary="Done; the customer is asked whether it is",
            ),
            Endpoint(
                method="GET",
                path="/group-buys",
                answer=list_group_buys,
                gives=GroupBuyList,
                summary="Group buys",
            ),
            Endpoint(
                method="GET",
                path="/group-buys/{number}",
                answer=get_group_buy,
                gives=GroupBuyDetail,
                summary="A group buy with its lines",
            ),
            Endpoint(
                method="GET",
                path="/products",
                answer=list_products,
                query=ProductQuery,
                gives=ProductList,
                summary="The catalogue by id",
            ),
        ],
    )


# -- tickets -----------------------------------------------------------------------------------------


def _summary(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    zone = desk.shop().settings.timezone
    due = ticket.due_at.astimezone(zone).isoformat() if ticket.due_at else None
    return {**ticket_state(ticket, zone), "due_at": due}


async def list_tickets(call: Call) -> TicketList:
    """Pages by number, from the newest back."""
    desk, query = call.desk, call.query
    live = desk.shop().rows(Ticket)
    if query.state == "running":
        known = [t for t in live if not t.ended]
    else:
        stored = await desk.run(lambda c: _numbered(c, desk.tenant, query.before, query.limit + 1))
        known = [live.get(t.number) or t for t in stored]
    known = [t for t in known if query.before is None or t.number < query.before]
    known.sort(key=lambda t: -t.number)
    page = known[: query.limit]
    more = page[-1].number if len(known) > query.limit else None
    shown = [TicketSummary(**_summary(desk, t)) for t in page if call.who.sees(desk, t)]
    return TicketList(tickets=shown, next=more)


def _numbered(connection: Connection, tenant: str, before: int | None, limit: int) -> list[Ticket]:
    table = Ticket.table()
    query = select(table).where(table.c.tenant_id == tenant)
    if before is not None:
        query = query.where(table.c.number < before)
    rows = connection.execute(query.order_by(table.c.number.desc()).limit(limit)).mappings()
    return [Ticket.from_store(row) for row in rows]


async def _ticket(call: Call) -> Ticket:
    digits = call.path["number"].removeprefix("A")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 9):
        raise NotThere
    found = await case(call.desk, call.who, int(digits))
    if found is None:
        raise NotThere
    return found


async def get_ticket(call: Call) -> TicketDetail:
    """A case with what was said and done."""
    ticket, zone = await _ticket(call), call.desk.shop().settings.timezone
    lines = await call.desk.reading_shop().load(TicketLine, ticket.number)
    told = [
        Line(at=line.at.astimezone(zone).isoformat(), kind=line.kind, name=line.name, text=line.text)
        for line in sorted(lines, key=lambda line: line.n)
    ]
    return TicketDetail(**_summary(call.desk, ticket), lines=told)


async def reply_to_ticket(call: Call) -> TicketSummary:
    """The same rule as in the chat and at the desk."""
    return await _act(call, "ticket.reply", text=call.body.text)


async def resolve_ticket(call: Call) -> TicketSummary:
    """The same rule as in the chat and at the desk."""
    return await _act(call, "ticket.resolve")


async def _act(call: Call, command: str, **data: Any) -> TicketSummary:
    ticket = await _ticket(call)
    agent = _agent(call.who)
    await call.desk.command(command, {"agent": agent, "number": ticket.number, **data})
    await _write_down(call, command, ticket.label)
    fresh = await _ticket(call)
    return TicketSummary(**_summary(call.desk, fresh))


def _agent(who: Who) -> str:
    if not who.works:
        raise NotThere
    if who.person is None:
        raise Refusal("这个令牌的主人还没有绑定聊天身份。")
    return who.person


async def _write_down(call: Call, action: str, subject: str) -> None:
    desk, now = call.desk, call.desk.wall()
    entry = AuditEntry(
        tenant_id=desk.tenant,
        id=desk.shop().ids.new(now),
        at=now,
        account_id=call.who.id,
        who=call.who.name,
        action=action,
        subject=subject,
        detail={"by": "api"},
    )
    await desk.run(lambda connection: write_down(connection, entry))


# -- group buys, products ----------------------------------------------------------------------------


def _group_buy(desk: Desk, group_buy: GroupBuy) -> dict[str, Any]:
    zone, deadline = desk.shop().settings.timezone, group_buy.deadline
    return {
        "number": group_buy.number,
        "room": group_buy.room_id,
        "title": group_buy.title,
        "state": group_buy.state,
        "deadline": deadline.astimezone(zone).isoformat() if deadline else None,
        "people": group_buy.heads,
    }


async def list_group_buys(call: Call) -> GroupBuyList:
    """Those that the asker sees."""
    found = await listed(call.desk, call.who)
    return GroupBuyList(group_buys=[GroupBuySummary(**_group_buy(call.desk, g)) for g in found])


async def get_group_buy(call: Call) -> GroupBuyDetail:
    """One with its items and lines."""
    digits = call.path["number"]
    wanted = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 0
    found = await find(call.desk, call.who, wanted)
    if found is None:
        raise NotThere
    shop, group_buy = found
    state = group_buy_state(group_buy, shop.rows(Item), shop.rows(SignUp), shop.settings.timezone)
    lines = [SignUpLine(**line, for_name=line["for"]) for line in state["sign_ups"]]
    return GroupBuyDetail(**_group_buy(call.desk, group_buy), items=state["items"], sign_ups=lines)


async def list_products(call: Call) -> ProductList:
    """Pages by id."""
    query = call.query
    wanted = query.q.strip().lower()
    known = sorted(call.desk.shop().rows(Product), key=lambda product: product.id)
    rows = [p for p in known if p.id > query.after and _called(p, wanted)]
    page = rows[: query.limit]
    more = page[-1].id if len(rows) > query.limit else None
    return ProductList(products=[_product(p) for p in page], next=more)


def _called(product: Product, wanted: str) -> bool:
    return not wanted or any(wanted in name.lower() for name in (product.name, *product.aliases))


def _product(product: Product) -> ProductRow:
    return ProductRow(
        id=product.id,
        name=product.name,
        aliases=product.aliases,
        price_fen=product.price_fen,
        unit=product.unit,
        pack=product.pack,
        left=number(product.left),
        per_person=number(product.per_person),
    )
