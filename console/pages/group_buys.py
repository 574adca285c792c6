"""Group buys: the list, one with its lines, and its lists to take away."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection, select

from console.answers import page
from console.cases import room_name
from console.parts import DESK, Desk
from console.who import Who, who
from storage.exports import to_csv, to_xlsx
from storage.group_buys import GroupBuy, Item, SignUp
from storage.group_buys.book import Book
from storage.group_buys.find import live, rooms_of
from storage.group_buys.report import group_buy_state
from storage.group_buys.sheets import sheets
from storage.shop import Shop

ENDED_SHOWN = 50
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def sees(account: Who, group_buy: GroupBuy) -> bool:
    """Whether a group buy is somebody's business: by any of its rooms."""
    return any(account.sees_room(room) for room in rooms_of(group_buy))


async def listed(desk: Desk, account: Who) -> list[GroupBuy]:
    """Those that run, newest first, then the latest that have ended."""
    running = {g.number: g for g in live(desk.shop())}
    stored = await desk.run(lambda connection: _latest(connection, desk.tenant))
    known = {**{g.number: g for g in stored}, **running}
    found = [g for g in known.values() if sees(account, g)]
    return sorted(found, key=lambda g: (g.number not in running, -g.number))


def _latest(connection: Connection, tenant: str) -> list[GroupBuy]:
    table = GroupBuy.table()
    query = select(table).where(table.c.tenant_id == tenant).order_by(table.c.number.desc())
    return [GroupBuy.from_store(row) for row in connection.execute(query.limit(ENDED_SHOWN)).mappings()]


async def find(desk: Desk, account: Who, number: int) -> tuple[Shop, GroupBuy] | None:
    """A group buy as it is stored, in a shop that holds nothing else; None: not his business."""
    shop = desk.reading_shop()
    found = await shop.query(GroupBuy, GroupBuy.table().c.number == number)
    if not found or not sees(account, found[0]):
        return None
    await shop.load(Item, number)
    await shop.load(SignUp, number)
    return shop, found[0]


async def _wanted(request: web.Request) -> tuple[Shop, GroupBuy]:
    number = request.match_info["number"]
    found = await find(request.app[DESK], who(request), int(number)) if len(number) < 9 else None
    if found is None:
        raise web.HTTPNotFound
    return found


async def show(request: web.Request) -> web.StreamResponse:
    """The list."""
    desk = request.app[DESK]
    rows: list[dict[str, Any]] = [
        {"group_buy": g, "room": room_name(desk, g.room_id)} for g in await listed(desk, who(request))
    ]
    return page(request, "group_buys.html", title="团购", rows=rows)


async def detail(request: web.Request) -> web.StreamResponse:
    """One with its items, lines and wait-list."""
    desk, (shop, group_buy) = request.app[DESK], await _wanted(request)
    book = Book(shop, group_buy)
    items = list(shop.rows(Item))
    state = group_buy_state(group_buy, items, shop.rows(SignUp), shop.settings.timezone)
    amounts = {line.line: book.amount(line) for line in book.active()}
    return page(
        request,
        "group_buy.html",
        title=f"团{group_buy.number} {group_buy.title}",
        group_buy=group_buy,
        room=room_name(desk, group_buy.room_id),
        state=state,
        lines=[(line, amounts[line.line]) for line in book.active()],
        items=sorted(items, key=lambda item: item.code),
        total=book.total(),
    )


async def download(request: web.Request) -> web.StreamResponse:
    """名单, 进货单, 分货单 as one file; nothing in it calculates, no phone number is in it."""
    shop, group_buy = await _wanted(request)
    kind = request.match_info["kind"]
    made = sheets(Book(shop, group_buy))
    body = to_xlsx(made) if kind == "xlsx" else to_csv(made).encode()
    name = f"group-buy-{group_buy.number}.{kind}"
    headers = {
        "Content-Type": KINDS[kind],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=body, headers=headers)
