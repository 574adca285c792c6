"""Who is signed in: his role, the rooms that are his business, and who he is in the chat."""

from dataclasses import dataclass

from aiohttp import web

from console.parts import Desk, Refusal
from storage.accounts import ADMIN, LEAD, LEADER, ROLES, Account, session_of
from storage.bindings import person_of
from storage.people import CO_LEADER, Role
from storage.people import LEADER as LEADS
from storage.tickets import Ticket, home_of

EVERYBODY: frozenset[str] = frozenset()
"""Not signed in is fine."""
SIGNED_IN = frozenset(ROLES)
MANAGERS = frozenset({ADMIN, LEAD, LEADER})
LEADS_DESK = frozenset({ADMIN, LEAD})
ADMINS = frozenset({ADMIN})


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
        return home_of(desk.shop(), ticket) in self.rooms


WHO: web.RequestKey[Who | None] = web.RequestKey("who")


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


async def signed_in(desk: Desk, secret: str) -> Who | None:
    """Whose session a cookie holds. The simulator's people are nobody once it is no more configured."""
    now = desk.wall()
    found = await desk.run(lambda connection: session_of(connection, desk.tenant, secret, now))
    if found is None:
        return None
    account = found[1]
    if account.simulated and account.id not in {f"sim-{one.person}" for one in desk.simulated}:
        return None
    return principal(desk, account)
