"""Live: one socket a tab, told what changed; it then asks for what it shows.

What changed is told only to those whose business it is. Who reads too slowly is cut off and comes back.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from console.origin import COOKIE, cookie_name, fits, same_origin
from console.parts import DESK, Desk
from console.who import WHO, Who, signed_in
from storage.catalogue import Product
from storage.deals import Deal
from storage.group_buys import GroupBuy, SignUp
from storage.outbox import OutboxRow
from storage.questions import Question
from storage.refunds import Refund
from storage.rows import Row, Rows
from storage.tickets import DeskAgent, Ticket, TicketLine
from storage.tickets.photos import Photo

WAITING = 200
"""Frames that a tab may be behind."""
SECONDS_TO_PROVE = 5.0
"""So soon a new socket has to show its page's token."""
HEARTBEAT = 20.0
CHECK_EVERY = 60.0
"""Seconds between looks at whether the session of an open socket still lives."""
_PAGES: Mapping[type[Row], str] = {
    GroupBuy: "group-buys",
    SignUp: "group-buys",
    Deal: "deals",
    Product: "products",
    Question: "questions",
    DeskAgent: "agents",
}


@dataclass(eq=False, slots=True)
class Tab:
    """An open page."""

    who: Who
    news: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(WAITING))
    slow: bool = False


class Hub:
    """All open pages, and how they hear of a commit."""

    def __init__(self) -> None:
        self.tabs: set[Tab] = set()
        self.desk: Desk | None = None
        self.viewing: dict[int, dict[Tab, str]] = {}

    def kept(self, changed: Mapping[type[Row], Sequence[Row]]) -> None:
        """A batch was committed; quick, for the worker waits."""
        if not self.tabs or self.desk is None:
            return
        rows = self.desk.shop().rows(Ticket)
        numbers = _numbers(changed, rows)
        pages = sorted({_PAGES[model] for model in changed if model in _PAGES})
        if not numbers and not pages:
            return
        now = self.desk.now().isoformat()
        frames: dict[tuple[int, ...], str] = {}
        for tab in list(self.tabs):
            mine = tuple(
                number
                for number in numbers
                if (ticket := rows.get(number)) is None or tab.who.sees(self.desk, ticket)
            )
            if not mine and not pages:
                continue
            if mine not in frames:
                frames[mine] = json.dumps({"changed": {"tickets": mine, "pages": pages}, "now": now})
            self.tell(tab, frames[mine])

    def tell(self, tab: Tab, frame: str) -> None:
        """One frame for one tab."""
        try:
            tab.news.put_nowait(frame)
        except asyncio.QueueFull:
            tab.slow = True

    def look(self, tab: Tab, number: int | None) -> None:
        """A tab shows this case now; the others on it are told who looks and who writes."""
        for watchers in self.viewing.values():
            watchers.pop(tab, None)
        if number is not None:
            self.viewing.setdefault(number, {})[tab] = ""

    def says(self, tab: Tab, number: int, doing: str) -> None:
        """Somebody began or stopped to write in a case."""
        watchers = self.viewing.get(number, {})
        if tab in watchers:
            watchers[tab] = doing
            self.spread(number)

    def spread(self, number: int) -> None:
        """Tell who has a case open."""
        watchers = self.viewing.get(number, {})
        for tab in watchers:
            others = [
                {"name": other.who.name, "writes": doing == "writes"}
                for other, doing in watchers.items()
                if other.who.id != tab.who.id
            ]
            self.tell(tab, json.dumps({"beside": {"ticket": number, "who": others}}))
        if not watchers:
            self.viewing.pop(number, None)


HUB = web.AppKey("hub", Hub)


def _numbers(changed: Mapping[type[Row], Sequence[Row]], tickets: Rows[Ticket]) -> list[int]:
    """The cases that a commit concerns, by themselves or by a message on its way to their customer."""
    found: dict[int, None] = {}
    for rows in changed.values():
        for row in rows:
            if isinstance(row, Ticket):
                found[row.number] = None
            elif isinstance(row, TicketLine | Refund | Photo):
                found[row.ticket] = None
            elif isinstance(row, OutboxRow) and row.person_id is not None:
                found.update((t.number, None) for t in tickets.by("customer_id", row.person_id))
    return list(found)


async def socket(request: web.Request) -> web.StreamResponse:
    """The line of one tab: first its token, then it listens and says what it shows."""
    if not same_origin(request) or "Origin" not in request.headers:
        raise web.HTTPForbidden
    line = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=4096)
    await line.prepare(request)
    account = request.get(WHO)
    if account is None or not await _proved(request, line):
        await line.close(code=WSCloseCode.POLICY_VIOLATION)
        return line
    hub, tab = request.app[HUB], Tab(account)
    hub.tabs.add(tab)
    hub.tell(tab, json.dumps({"now": request.app[DESK].now().isoformat(), "hello": True}))
    writer = asyncio.create_task(_write(request, line, tab))
    try:
        async for message in line:
            if message.type is WSMsgType.TEXT:
                _heard(hub, request.app[DESK], tab, message.data)
    finally:
        hub.tabs.discard(tab)
        shown = [number for number, watchers in hub.viewing.items() if tab in watchers]
        hub.look(tab, None)
        for number in shown:
            hub.spread(number)
        writer.cancel()
    return line


async def _proved(request: web.Request, line: web.WebSocketResponse) -> bool:
    try:
        async with asyncio.timeout(SECONDS_TO_PROVE):
            first = await line.receive_json()
    except (TimeoutError, TypeError, ValueError):
        return False
    return isinstance(first, dict) and fits(request, first.get("token"))


def _heard(hub: Hub, desk: Desk, tab: Tab, text: str) -> None:
    try:
        frame = json.loads(text)
        number = int(frame["ticket"])
    except (ValueError, KeyError, TypeError):
        return
    ticket = desk.shop().rows(Ticket).get(number)
    if ticket is None or not tab.who.sees(desk, ticket):
        return
    if frame.get("do") == "look":
        hub.look(tab, number)
        hub.spread(number)
    elif frame.get("do") in ("writes", "rests"):
        hub.says(tab, number, frame["do"])


async def _write(request: web.Request, line: web.WebSocketResponse, tab: Tab) -> None:
    desk, code = request.app[DESK], WSCloseCode.TRY_AGAIN_LATER
    loop = asyncio.get_running_loop()
    checked = loop.time()
    try:
        while not tab.slow:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await line.send_str(await tab.news.get())
            if loop.time() - checked > CHECK_EVERY:
                checked = loop.time()
                if not await _still_in(request, desk, tab):
                    code = WSCloseCode.POLICY_VIOLATION
                    break
    except (ConnectionError, RuntimeError):
        return  # the page has gone
    finally:
        with suppress(Exception):
            await line.close(code=code)


async def _still_in(request: web.Request, desk: Desk, tab: Tab) -> bool:
    found = await signed_in(desk, request.cookies.get(cookie_name(request, COOKIE), ""))
    if found is None:
        return False
    tab.who = found
    return True


async def close_all(app: web.Application) -> None:
    """The server stops: every tab is let go."""
    for tab in list(app[HUB].tabs):
        tab.slow = True
        app[HUB].tell(tab, "{}")
