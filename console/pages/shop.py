"""The shop's own things: scheduled posts, products and their import, questions nobody could answer."""

import asyncio
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, select

from console.answers import page, remember_deed, wants_json
from console.cases import room_name
from console.parts import DESK, FORM, Refusal
from console.who import MANAGERS, who
from storage.catalogue import Product
from storage.catalogue_files import CatalogueError, CatalogueFile, parse_catalogue
from storage.deals import Deal, DealPost
from storage.questions import OPEN, Question

PAGE = 100
LARGEST_FILE = 5 * 1024 * 1024
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
POSTS = 30


# -- scheduled posts ---------------------------------------------------------------------------------


async def deals(request: web.Request) -> web.StreamResponse:
    """What is to be posted when, and what became of the latest posts."""
    desk, account = request.app[DESK], who(request)
    known = [deal for deal in desk.shop().rows(Deal) if account.sees_room(deal.room_id)]
    known.sort(key=lambda deal: (deal.next_slot is None, deal.next_slot or deal.created_at, deal.number))
    posts = await desk.run(lambda c: _posts(c, desk.tenant, [deal.number for deal in known]))
    texts = {deal.number: deal.text for deal in known}
    return page(
        request,
        "deals.html",
        title="推送",
        rows=[(deal, room_name(desk, deal.room_id), _rhythm(deal)) for deal in known],
        posts=[(post, room_name(desk, post.room_id), texts.get(post.deal, "")) for post in posts],
    )


def _posts(connection: Connection, tenant: str, numbers: list[int]) -> list[DealPost]:
    table = DealPost.table()
    query = select(table).where(table.c.tenant_id == tenant, table.c.deal.in_(numbers))
    rows = connection.execute(query.order_by(table.c.slot.desc()).limit(POSTS)).mappings()
    return [DealPost.from_store(row) for row in rows]


_DAYS = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "一二三四五六日", strict=True))


def _rhythm(deal: Deal) -> str:
    """每周五 9:00, 每天, 一次."""
    rule = deal.rule
    if not rule:
        return "一次"
    at = "、".join(rule["at"])
    if rule["freq"] == "daily":
        return f"每天 {at}"
    if rule["freq"] == "weekly":
        return f"每周{''.join(_DAYS[day] for day in rule.get('byday') or [])} {at}"
    days = "、".join("月底" if day == -1 else f"{day}号" for day in rule.get("bymonthday") or [])
    return f"每月{days} {at}"


# -- products ----------------------------------------------------------------------------------------


async def products(request: web.Request) -> web.StreamResponse:
    """The catalogue, a page at a time."""
    return _products(request)


def _products(request: web.Request, result: dict[str, Any] | None = None) -> web.Response:
    desk, wanted = request.app[DESK], request.query.get("q", "").strip().lower()[:60]
    start = request.query.get("start", "0")
    if not (start.isdecimal() and len(start) < 8):
        raise web.HTTPNotFound
    rows = [p for p in desk.shop().rows(Product) if not wanted or _names(p, wanted)]
    rows.sort(key=lambda product: product.id)
    first = int(start)
    return page(
        request,
        "products.html",
        title="商品",
        rows=rows[first : first + PAGE],
        total=len(rows),
        wanted=wanted,
        more=first + PAGE if len(rows) > first + PAGE else None,
        may_import=who(request).may(MANAGERS),
        result=result,
    )


def _names(product: Product, wanted: str) -> bool:
    return any(wanted in text.lower() for text in (product.name, product.id, *product.aliases))


async def import_products(request: web.Request) -> web.StreamResponse:
    """A catalogue file, checked for size and kind; a bad row never stops the good ones."""
    desk = request.app[DESK]
    found = await _uploaded(request)
    changed = await desk.command("import_catalogue", found.products) if found.products else None
    result = {
        "added": len(changed.added) if changed else 0,
        "changed": len(changed.changed) if changed else 0,
        "same": changed.same if changed else 0,
        "problems": [str(problem) for problem in found.problems[:50]],
        "refused": len(found.problems),
    }
    remember_deed(request, "", **{name: result[name] for name in ("added", "changed", "refused")})
    if wants_json(request):
        return web.json_response({"ok": True, **result})
    return _products(request, result)


async def _uploaded(request: web.Request) -> CatalogueFile:
    upload = request[FORM].get("file")
    if not isinstance(upload, web.FileField) or not upload.filename:
        raise Refusal("先选一个文件。")
    if not upload.filename.lower().endswith(ENDINGS):
        raise Refusal("只收 CSV 或 XLSX 文件。")
    content = await asyncio.to_thread(upload.file.read, LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Refusal("文件太大了，最多 5 MB。")
    is_workbook = content[:4] == b"PK\x03\x04"
    if is_workbook != upload.filename.lower().endswith(".xlsx"):
        raise Refusal("文件内容和后缀对不上，请另存为 CSV 或 XLSX 再传。")
    try:
        return await asyncio.to_thread(parse_catalogue, content, "文件")
    except CatalogueError as error:
        raise Refusal(f"没看懂这个文件：{error.message}") from error


# -- questions ---------------------------------------------------------------------------------------


async def questions(request: web.Request) -> web.StreamResponse:
    """What buyers asked and no record answers."""
    desk, account = request.app[DESK], who(request)
    waiting = [q for q in desk.shop().rows(Question) if q.state == OPEN and account.sees_room(q.home)]
    waiting.sort(key=lambda question: question.number)
    rows = [
        (
            question,
            room_name(desk, question.home),
            desk.shop().name_of(question.asker_id, question.home) or "客户",
            desk.shop().name_of(question.leader_id, question.home) if question.leader_id else "",
        )
        for question in waiting
    ]
    return page(request, "questions.html", title="没答上来的", rows=rows)
