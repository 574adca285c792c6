"""What goes to a supplier: the cases of a batch as a table, with the pictures, in one file (E26)."""

import asyncio
import io
import zipfile
from datetime import date
from pathlib import Path

from aiohttp import web
from sqlalchemy import Connection

from console.access import audit
from console.cases import customer_name
from console.parts import DESK, Refusal
from console.who import who
from storage.database import fetch
from storage.exports import to_xlsx
from storage.tickets.evidence import Evidence, evidence_about, evidence_sheet
from storage.tickets.photos import KEPT, Photo

MADE = (2000, 1, 1, 0, 0, 0)
"""Written into every archive, so that the same cases give the same bytes."""


async def download(request: web.Request) -> web.StreamResponse:
    """The cases about an item that are the asker's business; no phone number is in it, doors are masked."""
    desk, account = request.app[DESK], who(request)
    item, day = request.query.get("item", "").strip()[:60], _day(request.query.get("day", ""))
    if not item:
        raise Refusal("先选一个商品。")
    found = await evidence_about(desk.reading_shop(), item, day, desk.now())
    mine = Evidence(found.item, found.start, found.end, [c for c in found.cases if account.sees(desk, c)])
    if not mine.cases:
        raise Refusal(f"「{item}」这段时间没有售后。")
    sheet = evidence_sheet(desk.shop(), mine, [customer_name(desk, case) for case in mine.cases])
    numbers = [case.number for case in mine.cases]
    photos = await desk.run(lambda connection: _photos(connection, desk.tenant, numbers))
    body = await asyncio.to_thread(_archive, to_xlsx([sheet]), photos, desk.pictures)
    await audit(request, "evidence.export", account, item, cases=len(numbers))
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": 'attachment; filename="after-sales.zip"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=body, headers=headers)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("日期写成 2026-05-18 这样。") from None


def _photos(connection: Connection, tenant: str, numbers: list[int]) -> list[Photo]:
    table = Photo.table()
    where = (table.c.tenant_id == tenant, table.c.ticket.in_(numbers), table.c.state == KEPT)
    return sorted(fetch(connection, Photo, *where), key=lambda photo: (photo.ticket, photo.at, photo.message))


def _archive(table: bytes, photos: list[Photo], folder: Path | None) -> bytes:
    target, count = io.BytesIO(), dict[int, int]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("after-sales.xlsx", MADE), table)
        for photo in photos:
            path = folder / photo.file if folder is not None else None
            if path is None or not path.is_file():
                continue
            count[photo.ticket] = count.get(photo.ticket, 0) + 1
            name = f"photos/A{photo.ticket}-{count[photo.ticket]}.jpg"
            archive.writestr(zipfile.ZipInfo(name, MADE), path.read_bytes())
    return target.getvalue()
