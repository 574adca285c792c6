"""Signing in and out: password, the simulator's one click, and the links that set a password."""

import asyncio
from datetime import timedelta
from functools import partial

from aiohttp import web

from console.access import audit
from console.answers import page, text_of
from console.origin import COOKIE, address_of, is_local, neighbourhood, set_cookie
from console.parts import DESK, Desk, Refusal
from console.passwords import WeakPassword, check_strength
from console.who import WHO, principal
from storage.accounts import (
    ADMIN,
    FIRST_LINK,
    FREE_TRIES,
    TRIES_PER_ADDRESS,
    Account,
    DeskSession,
    SignInLink,
    account_by_login,
    account_of,
    add_account,
    add_link,
    change_account,
    end_session,
    has_admin,
    hashed,
    link_of,
    may_try,
    use_link,
    was_right,
)
from storage.database import upsert
from storage.ids import token

WRONG = "账号或密码不对，或者试得太多了。请核对后过一会儿再试。"
SLOWER = 0.3
"""Seconds that each wrong password takes longer, on top of working it out."""


async def show(request: web.Request) -> web.StreamResponse:
    """The form, and on this machine the simulator's people."""
    if request.get(WHO) is not None:
        raise web.HTTPSeeOther("/desk/")
    return _form(request)


def _form(request: web.Request, wrong: str = "", login: str = "", status: int = 200) -> web.Response:
    people = request.app[DESK].simulated if is_local(request) else ()
    return page(request, "sign_in.html", status, title="登录", people=people, wrong=wrong, login=login)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """With a password; slowed, then locked, per account and address; one answer for every mistake."""
    desk = request.app[DESK]
    login, password = text_of(request, "login", 100).lower(), text_of(request, "password", 1_000)
    there = neighbourhood(address_of(request))
    own, shared = f"{login}|{there}", f"|{there}"
    keys = {own: FREE_TRIES, shared: TRIES_PER_ADDRESS}
    now = desk.wall()
    if not await desk.run(lambda connection: may_try(connection, desk.tenant, keys, now)):
        return _form(request, WRONG, login, 429)
    account = await desk.run(lambda connection: account_by_login(connection, desk.tenant, login))
    stored = account.password if account is not None and account.active else None
    if not await desk.passwords.is_right(stored, password):
        await asyncio.sleep(SLOWER)
        await audit(request, "sign_in.refused", None, login)
        return _form(request, WRONG, login, 403)
    assert account is not None
    await desk.run(lambda connection: was_right(connection, desk.tenant, own, shared))
    return await _let_in(request, account)


async def sign_in_simulated(request: web.Request) -> web.StreamResponse:
    """As one of the simulator's people: one click, on this machine only."""
    desk = request.app[DESK]
    person = text_of(request, "person", 100)
    if not is_local(request) or person not in {known.person for known in desk.simulated}:
        raise web.HTTPNotFound
    account = await desk.run(lambda connection: account_of(connection, desk.tenant, f"sim-{person}"))
    if account is None or not account.simulated or not account.active:
        raise web.HTTPNotFound
    return await _let_in(request, account)


async def _let_in(request: web.Request, account: Account) -> web.StreamResponse:
    """A session under a new id; whatever the browser had before opens nothing any more."""
    desk, secret = request.app[DESK], token(32)
    now = desk.wall()
    row = DeskSession(
        tenant_id=desk.tenant, id=hashed(secret), account_id=account.id, started_at=now, seen_at=now
    )
    await _end(request)
    await desk.run(lambda connection: upsert(connection, DeskSession, [row]))
    await audit(request, "sign_in", principal(desk, account))
    response = web.HTTPSeeOther("/desk/")
    set_cookie(request, response, COOKIE, secret)
    raise response


async def _end(request: web.Request) -> None:
    desk = request.app[DESK]
    for name in (COOKIE, f"__Host-{COOKIE}"):
        secret = request.cookies.get(name)
        if secret:
            await desk.run(partial(end_session, tenant=desk.tenant, session_id=hashed(secret)))


async def sign_out(request: web.Request) -> web.StreamResponse:
    """The session ends here and in the browser."""
    await _end(request)
    await audit(request, "sign_out", request.get(WHO))
    response = web.HTTPSeeOther("/desk/sign-in")
    set_cookie(request, response, COOKIE, "")
    raise response


# -- links that set a password -----------------------------------------------------------------------


async def first_link(desk: Desk) -> str | None:
    """The path that makes the first admin, for an hour; None when there is one already."""
    if await desk.run(lambda connection: has_admin(connection, desk.tenant)):
        return None
    return await new_link(desk, "", FIRST_LINK)


async def new_link(desk: Desk, account_id: str, holds: timedelta) -> str:
    """A path that sets the password of an account, once."""
    secret = token()
    until = desk.wall() + holds
    link = SignInLink(tenant_id=desk.tenant, id=hashed(secret), account_id=account_id, until=until)
    await desk.run(lambda connection: add_link(connection, link))
    return f"/desk/welcome/{secret}"


async def welcome(request: web.Request) -> web.StreamResponse:
    """The form behind a link; looking at it does not use it up."""
    link = await _link(request)
    return await _welcome_form(request, link)


async def _link(request: web.Request) -> SignInLink:
    desk, secret, now = request.app[DESK], request.match_info["secret"], request.app[DESK].wall()
    link = await desk.run(lambda connection: link_of(connection, desk.tenant, secret, now))
    if link is None:
        raise web.HTTPNotFound
    return link


async def _welcome_form(request: web.Request, link: SignInLink, wrong: str = "") -> web.Response:
    desk = request.app[DESK]
    account = None
    if link.account_id:
        account = await desk.run(lambda connection: account_of(connection, desk.tenant, link.account_id))
    status = 409 if wrong else 200
    return page(request, "welcome.html", status, title="设置密码", account=account, wrong=wrong)


async def set_password(request: web.Request) -> web.StreamResponse:
    """The link is used up, the password set, and its owner let in."""
    desk, link = request.app[DESK], await _link(request)
    password = text_of(request, "password", 1_000)
    try:
        account = await _welcomed(request, link)
        check_strength(password, account.login)
    except (WeakPassword, Refusal) as weak:
        return await _welcome_form(request, link, str(weak))
    stored = await desk.passwords.hashed(password)
    if not await desk.run(lambda connection: use_link(connection, link)):
        raise web.HTTPNotFound
    if link.account_id:
        await desk.run(lambda c: change_account(c, desk.tenant, account.id, password=stored))
    else:
        account.password = stored
        if not await desk.run(lambda connection: add_account(connection, account)):
            raise Refusal("这个账号名已经有人用了。")
    await audit(request, "password", principal(desk, account), account.login)
    return await _let_in(request, account)


async def _welcomed(request: web.Request, link: SignInLink) -> Account:
    desk = request.app[DESK]
    if link.account_id:
        known = await desk.run(lambda connection: account_of(connection, desk.tenant, link.account_id))
        if known is None or not known.active:
            raise web.HTTPNotFound
        return known
    login, name = text_of(request, "login", 40).lower(), text_of(request, "name", 40)
    if not login or not name:
        raise Refusal("账号名和称呼都要填。")
    now = desk.wall()
    return Account(
        tenant_id=desk.tenant, id=desk.shop().ids.new(now), login=login, name=name, role=ADMIN, created_at=now
    )
