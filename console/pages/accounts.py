"""Accounts: who may sign in, as what, for which rooms; codes that bind a person; tokens for programs."""

import secrets
from datetime import timedelta

from aiohttp import web

from console.answers import done, page, remember_deed, text_of
from console.cases import room_name
from console.origin import is_secure
from console.pages.sign_in import new_link
from console.parts import DESK, FORM, Desk, Refusal
from console.who import principal, who
from storage.accounts import (
    INVITATION,
    LEADER,
    ROLES,
    Account,
    ApiToken,
    account_of,
    accounts,
    add_account,
    change_account,
    drop_token,
    hashed,
    tokens,
)
from storage.bindings import CODE_HOLDS, person_of
from storage.database import upsert
from storage.ids import token
from storage.people import Room

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No letters that are mistaken for figures."""
CODE_LENGTH = 8
GIVES_ROLE = {"lead": "agent", "agent": "agent", "leader": "leader"}
"""What a person of the chat becomes by saying a code."""


async def show(request: web.Request) -> web.StreamResponse:
    """Everybody who may sign in, and the programs."""
    return await _page(request)


async def _page(request: web.Request, **fresh: str) -> web.Response:
    desk = request.app[DESK]
    known, programs = await desk.run(lambda c: (accounts(c, desk.tenant), tokens(c, desk.tenant)))
    shop = desk.shop()
    people = {a.id: person_of(shop, a.id) for a in known}
    names = {a.id: shop.name_of(people[a.id] or "") or people[a.id] for a in known}
    return page(
        request,
        "accounts.html",
        title="账号",
        rows=[(a, principal(desk, a), names[a.id], _rooms(desk, a)) for a in known],
        tokens=[(t, next((a.name for a in known if a.id == t.account_id), "")) for t in programs],
        rooms=[r for r in shop.rows(Room) if not r.is_agent_room],
        fresh={"link": "", "code": "", "token": "", "for": "", **fresh},
        minutes=int(CODE_HOLDS / timedelta(minutes=1)),
        hours=int(INVITATION / timedelta(hours=1)),
    )


def _rooms(desk: Desk, account: Account) -> str:
    if not account.rooms:
        return "自己带的群" if account.role == LEADER else "全部"
    return "、".join(room_name(desk, room) for room in account.rooms)


def _chosen_rooms(request: web.Request, desk: Desk) -> list[str]:
    known = {room.id for room in desk.shop().rows(Room)}
    chosen = request[FORM].getall("rooms", [])
    return [room for room in chosen if isinstance(room, str) and room in known]


async def add(request: web.Request) -> web.StreamResponse:
    """A new account; its owner sets the password himself, by a link that is shown once."""
    desk, now = request.app[DESK], request.app[DESK].wall()
    login, name = text_of(request, "login", 40).lower(), text_of(request, "name", 40)
    role = text_of(request, "role", 10)
    if role not in ROLES or not login or not name:
        raise Refusal("账号名、称呼和角色都要填。")
    account = Account(
        tenant_id=desk.tenant,
        id=desk.shop().ids.new(now),
        login=login,
        name=name,
        role=role,
        rooms=_chosen_rooms(request, desk),
        created_at=now,
    )
    if not await desk.run(lambda connection: add_account(connection, account)):
        raise Refusal("这个账号名已经有人用了。")
    remember_deed(request, login, role=role, rooms=account.rooms)
    return await _page(request, link=await _invited(request, account), **{"for": name})


async def _invited(request: web.Request, account: Account) -> str:
    path = await new_link(request.app[DESK], account.id, INVITATION)
    return f"{'https' if is_secure(request) else 'http'}://{request.host}{path}"


async def _account(request: web.Request) -> Account:
    desk, account_id = request.app[DESK], request.match_info["id"]
    found = await desk.run(lambda connection: account_of(connection, desk.tenant, account_id))
    if found is None:
        raise web.HTTPNotFound
    return found


async def one(request: web.Request) -> web.StreamResponse:
    """An account, to be changed."""
    account, shop = await _account(request), request.app[DESK].shop()
    rooms = [room for room in shop.rows(Room) if not room.is_agent_room]
    return page(request, "account.html", title=account.name, account=account, rooms=rooms)


async def change(request: web.Request) -> web.StreamResponse:
    """Role, rooms, or whether it is in use; sessions end at once."""
    desk, account = request.app[DESK], await _account(request)
    role, active = text_of(request, "role", 10), text_of(request, "active", 3) == "yes"
    if role not in ROLES:
        raise web.HTTPBadRequest
    if account.id == who(request).id and (role != account.role or not active):
        raise Refusal("不能停用自己或改自己的角色，请另一位店主来。")
    rooms = _chosen_rooms(request, desk)
    values = {"rooms": rooms, "active": active} | ({"role": role} if role != account.role else {})
    await desk.run(lambda connection: change_account(connection, desk.tenant, account.id, **values))
    remember_deed(request, account.login, **values)
    return done(request, "/desk/accounts", "改好了。")


async def invite(request: web.Request) -> web.StreamResponse:
    """A link that sets the password anew, shown once."""
    account = await _account(request)
    if account.simulated:
        raise Refusal("模拟器里的人没有密码。")
    remember_deed(request, account.login)
    return await _page(request, link=await _invited(request, account), **{"for": account.name})


async def code(request: web.Request) -> web.StreamResponse:
    """A code that binds whoever says it to the bot in private to this account."""
    account = await _account(request)
    remember_deed(request, account.login)
    return await _page(request, code=await _offered(request.app[DESK], account), **{"for": account.name})


async def _offered(desk: Desk, account: Account) -> str:
    said = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    about = {"name": account.name, "role": GIVES_ROLE.get(account.role, ""), "rooms": account.rooms}
    await desk.command("binding.offer", {"account": account.id, "code": hashed(said), **about})
    return said


async def own_code(request: web.Request) -> web.StreamResponse:
    """Somebody binds himself."""
    desk, account_id = request.app[DESK], who(request).id
    account = await desk.run(lambda connection: account_of(connection, desk.tenant, account_id))
    assert account is not None
    remember_deed(request, account.login)
    offered = await _offered(desk, account)
    return page(
        request, "binding.html", title="绑定微信", code=offered, minutes=int(CODE_HOLDS.total_seconds() / 60)
    )


async def unbind(request: web.Request) -> web.StreamResponse:
    """The account is nobody in the chat any more."""
    account = await _account(request)
    remember_deed(request, account.login)
    await request.app[DESK].command("binding.set", {"account": account.id, "person": None})
    return done(request, "/desk/accounts", "解除了。")


async def add_token(request: web.Request) -> web.StreamResponse:
    """A token for a program, which acts as the account that makes it; shown once, stored as a hash."""
    desk, name = request.app[DESK], text_of(request, "name", 40)
    if not name:
        raise Refusal("给令牌起个名字，以后好认。")
    secret = f"xt_{token(32)}"
    row = ApiToken(
        tenant_id=desk.tenant,
        id=hashed(secret),
        account_id=who(request).id,
        name=name,
        hint=secret[:7],
        created_at=desk.wall(),
    )
    await desk.run(lambda connection: upsert(connection, ApiToken, [row]))
    remember_deed(request, name)
    return await _page(request, token=secret, **{"for": name})


async def remove_token(request: web.Request) -> web.StreamResponse:
    """The token opens nothing any more."""
    desk, token_id = request.app[DESK], text_of(request, "id", 64)
    if not await desk.run(lambda connection: drop_token(connection, desk.tenant, token_id)):
        raise web.HTTPNotFound
    remember_deed(request, token_id[:8])
    return done(request, "/desk/accounts", "作废了。")
