"""Access: nothing passes that is not allowed, and what changed something is written down.

A route that is not in the table of needs does not exist. Whatever is not the asker's is 404, never 403.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from console.answers import page, wants_json
from console.origin import (
    COOKIE,
    FORM_COOKIE,
    NEW_FORM,
    SESSION,
    address_of,
    cookie_name,
    fits,
    same_origin,
    set_cookie,
)
from console.parts import DEED, DESK, FORM, Refusal
from console.who import WHO, Who, signed_in
from storage.accounts import AuditEntry, write_down
from storage.errors import Refused

SAFE = ("GET", "HEAD", "OPTIONS")
LARGEST_FORM = 6 * 1024 * 1024
"""Bytes: a catalogue file of 5 MiB and its form."""
NEEDS: web.AppKey[dict[Any, tuple[str, frozenset[str]]]] = web.AppKey("needs")
"""Handler → its name in the record of deeds, and the roles that may use it."""


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
    request[WHO] = None
    secret = request.cookies.get(cookie_name(request, COOKIE))
    if secret:
        found = await signed_in(request.app[DESK], secret)
        if found is not None:
            request[WHO], request[SESSION] = found, secret
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
        address=address_of(request),
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
