"""Access: whose request it is, what he may do, and that a page of ours sent it.

A route that is not in the table of needs does not exist. Whatever is not the asker's is 404, never 403.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from console.parts import DEED, DESK, FORM, Desk, Refusal, page, wants_json
from storage.accounts import (
    ABSOLUTE,
    ADMIN,
    LEAD,
    LEADER,
    ROLES,
    Account,
    AuditEntry,
    session_of,
    write_down,
)
from storage.bindings import person_of
from storage.errors import Refused
from storage.ids import token
from storage.people import CO_LEADER, Person, Role
from storage.people import LEADER as LEADS
from storage.tickets import Ticket

COOKIE, FORM_COOKIE = "xiaotuan_desk", "xiaotuan_form"
SAFE = ("GET", "HEAD", "OPTIONS")
LARGEST_FORM = 6 * 1024 * 1024
"""Bytes: a catalogue file of 5 MiB and its form."""

EVERYBODY: frozenset[str] = frozenset()
"""Not signed in is fine."""
SIGNED_IN = frozenset(ROLES)
MANAGERS = frozenset({ADMIN, LEAD, LEADER})
LEADS_DESK = frozenset({ADMIN, LEAD})
ADMINS = frozenset({ADMIN})

NEEDS: web.AppKey[dict[Any, tuple[str, frozenset[str]]]] = web.AppKey("needs")
"""Handler → its name in the record of deeds, and the roles that may use it."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who is signed in. `rooms` None: every room; `person`: who he is in the chat."""

    id: str
    login: str
    name: str
    role: str
    rooms: frozenset[str] | None
    person: str | None
    works: bool
    """Answers tickets."""

    def may(self, need: frozenset[str]) -> bool:
        """Whether one of these roles is his."""
        return self.role in need

    def sees_room(self, room_id: str | None) -> bool:
        """Whether what belongs to a room is his business."""
        return self.rooms is None or room_id in self.rooms

    def sees(self, desk: Desk, ticket: Ticket) -> bool:
        """Whether a case is his business: by its room, or the one its customer writes in."""
        if self.rooms is None or (self.works and self.person == ticket.assignee and self.person):
            return True
        home = ticket.room_id
        if home is None:
            customer = desk.shop().rows(Person).get(ticket.customer_id)
            home = customer.marks.get("room") if customer is not None else None
        return home in self.rooms


WHO: web.RequestKey[Who | None] = web.RequestKey("who")
SESSION: web.RequestKey[str] = web.RequestKey("session")
"""The secret that the page's token is made of: the session's, or before it the form's."""
NEW_FORM: web.RequestKey[bool] = web.RequestKey("new form")


def who(request: web.Request) -> Who:
    """Who is signed in. Raises HTTPUnauthorized."""
    found: Who | None = request.get(WHO)
    if found is None:
        raise web.HTTPUnauthorized
    return found


def person(request: web.Request) -> str:
    """Who is signed in, as a person of the chat. Raises Refusal when that has not been proved."""
    found = who(request).person
    if found is None:
        raise Refusal("先绑定您的微信才能处理工单：点右上角名字，把绑定码私聊发给小团。")
    return found


def principal(desk: Desk, account: Account) -> Who:
    """An account with what it may see now."""
    shop = desk.shop()
    bound = person_of(shop, account.id)
    rooms: frozenset[str] | None = frozenset(account.rooms) or None
    if account.role == LEADER:
        roles = shop.rows(Role).by("person_id", bound) if bound else []
        led = {row.room_id for row in roles if row.role in (LEADS, CO_LEADER)}
        rooms = frozenset(account.rooms) | led
    works = account.role != LEADER or not shop.agents()
    return Who(account.id, account.login, account.name, account.role, rooms, bound, works)


# -- where a request comes from ----------------------------------------------------------------------


def is_secure(request: web.Request) -> bool:
    """Whether the browser speaks https, to us or to the proxy before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "") == "https"


def same_origin(request: web.Request) -> bool:
    """Whether a page of ours asks. Programs send neither header; they still need the token."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.host
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def is_local(request: web.Request) -> bool:
    """Whether somebody at this very machine asks, through no proxy and under no other name."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    name = urlsplit(f"//{request.host}").hostname or ""
    return _is_loopback(request.remote or "") and (name == "localhost" or _is_loopback(name))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


# -- cookies and tokens ------------------------------------------------------------------------------


def cookie_name(request: web.Request, name: str) -> str:
    """`__Host-` cookies cannot be set by a neighbour; they need https."""
    return f"__Host-{name}" if is_secure(request) else name


def set_cookie(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """A cookie that no script reads and no other site sends."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=int(ABSOLUTE.total_seconds()) if value else 0,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="Lax",
    )


def form_token(request: web.Request) -> str:
    """What a form of this browser has to bring along."""
    secret = request.get(SESSION)
    if secret is None:
        secret = request[SESSION] = token()
        request[NEW_FORM] = True
    return hmac.new(request.app[DESK].secret, f"form\0{secret}".encode(), "sha256").hexdigest()


def fits(request: web.Request, given: Any) -> bool:
    """Whether a token is the one of this browser."""
    if not isinstance(given, str) or request.get(SESSION) is None:
        return False
    return hmac.compare_digest(given.encode(), form_token(request).encode())


# -- the guard ---------------------------------------------------------------------------------------


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing passes that is not allowed; what changed something is written down."""
    found = request.app[NEEDS].get(request.match_info.handler)
    if found is None:
        return await handler(request)  # aiohttp's own 404 and 405
    name, need = found
    await _identify(request)
    try:
        return await _let_through(request, handler, name, need)
    finally:
        for value in request.get(FORM, {}).values():
            if isinstance(value, web.FileField):
                value.file.close()


async def _let_through(
    request: web.Request, handler: Handler, name: str, need: frozenset[str]
) -> web.StreamResponse:
    if request.method not in SAFE:
        await _check(request)
    account = request.get(WHO)
    if need and account is None:
        return _to_sign_in(request)
    if account is not None and need and not account.may(need):
        raise web.HTTPNotFound
    try:
        response = await handler(request)
    except web.HTTPException as led_on:
        if led_on.status < 400 and request.method not in SAFE:
            await _write_down(request, name)
        raise
    if request.method not in SAFE:
        await _write_down(request, name)
    if request.get(NEW_FORM) and not response.prepared:
        set_cookie(request, response, FORM_COOKIE, request[SESSION])
    return response


async def _identify(request: web.Request) -> None:
    desk = request.app[DESK]
    request[WHO] = None
    secret = request.cookies.get(cookie_name(request, COOKIE))
    if secret:
        now = desk.wall()
        found = await desk.run(lambda connection: session_of(connection, desk.tenant, secret, now))
        if found is not None:
            request[WHO], request[SESSION] = principal(desk, found[1]), secret
            return
    form = request.cookies.get(cookie_name(request, FORM_COOKIE))
    if form:
        request[SESSION] = form


async def _check(request: web.Request) -> None:
    if not same_origin(request):
        raise web.HTTPForbidden(text="foreign origin")
    if request.content_length is None or request.content_length > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, request.content_length or 0)
    large = request.clone(client_max_size=LARGEST_FORM)
    request[FORM] = await large.post()
    if not fits(request, request.headers.get("X-Form-Token") or request[FORM].get("token")):
        raise web.HTTPForbidden(text="token")


def _to_sign_in(request: web.Request) -> web.StreamResponse:
    if (
        request.method in SAFE
        and not wants_json(request)
        and "text/html" in request.headers.get("Accept", "")
    ):
        raise web.HTTPSeeOther("/desk/sign-in")
    raise web.HTTPUnauthorized


async def _write_down(request: web.Request, name: str) -> None:
    told: Mapping[str, Any] | None = request.get(DEED)
    account = request.get(WHO)
    if told is not None and account is not None:
        await audit(request, name, account, told["subject"], **told["detail"])


async def audit(
    request: web.Request, action: str, account: Who | None, subject: str = "", **detail: Any
) -> None:
    """Write down a deed; never words of a conversation, never a secret."""
    desk = request.app[DESK]
    now = desk.wall()
    entry = AuditEntry(
        tenant_id=desk.tenant,
        id=desk.shop().ids.new(now),
        at=now,
        account_id=account.id if account else "",
        who=account.name if account else "",
        action=action,
        subject=subject[:200],
        address=request.remote or "",
        detail=detail,
    )
    await desk.run(lambda connection: write_down(connection, entry))


@web.middleware
async def readable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals and errors as words; never how we work inside."""
    desk = request.app[DESK]
    try:
        return await handler(request)
    except Refused as refused:
        return told(request, desk.words(refused), 409)
    except Refusal as refusal:
        return told(request, str(refusal), 409)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return told(request, _ERRORS.get(error.status, "没有成功。"), error.status)


_ERRORS = {
    400: "没看懂这个请求。",
    401: "请先登录。",
    403: "这一页放得太久了，请刷新后再试。",
    404: "没有这一页。",
    405: "不能这样用。",
    413: "文件太大了。",
}


def told(request: web.Request, words: str, status: int) -> web.StreamResponse:
    """A refusal in words, as a page or for a script."""
    if wants_json(request):
        return web.json_response({"ok": False, "refused": words}, status=status)
    return page(request, "refused.html", status, title="没有成功", words=words)
