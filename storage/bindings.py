"""Which person of the chat an account of the web desk is: proved by a code said to the bot in private."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from storage.errors import Refused
from storage.people import AGENT, LEADER, Role
from storage.rows import Row, UtcDateTime
from storage.shop import Shop

CODE_HOLDS = timedelta(minutes=10)
TRIES = 5
"""Wrong codes of one person before he has to wait."""


class WrongCode(Refused):
    """No such code, or it is over."""


class DeskBinding(Row, table=True):
    """An account is this person of the chat."""

    tenant_id: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    person_id: str
    at: datetime = Field(sa_type=UtcDateTime)


class BindingCode(Row, table=True):
    """A code that waits to be said. `code` is its hash; `role` is agent, leader or neither."""

    tenant_id: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    code: str
    name: str
    role: str = ""
    rooms: list[str] = Field(default_factory=list, sa_type=JSON)
    until: datetime = Field(sa_type=UtcDateTime)


def person_of(shop: Shop, account_id: str) -> str | None:
    """The person that an account is, if that has been proved."""
    found = shop.rows(DeskBinding).get(account_id)
    return found.person_id if found is not None else None


def offer(shop: Shop, account_id: str, code: str, now: datetime, **about: Any) -> None:
    """Wait for a code; an earlier one of the account holds no longer."""
    rows = shop.rows(BindingCode)
    old = rows.get(account_id)
    values = {"code": code, "until": now + CODE_HOLDS, **about}
    if old is None:
        rows.add(BindingCode(tenant_id=shop.tenant, account_id=account_id, **values))
        return
    for name, value in values.items():
        setattr(old, name, value)


def bind(shop: Shop, account_id: str, person_id: str, now: datetime) -> None:
    """From now on the account is this person."""
    rows = shop.rows(DeskBinding)
    known = rows.get(account_id)
    if known is None:
        rows.add(DeskBinding(tenant_id=shop.tenant, account_id=account_id, person_id=person_id, at=now))
    elif known.person_id != person_id:
        known.person_id, known.at = person_id, now


def unbind(shop: Shop, account_id: str) -> None:
    """The account is nobody in the chat; roles given in the chat stay what they are."""
    known = shop.rows(DeskBinding).get(account_id)
    if known is not None:
        shop.rows(DeskBinding).drop(known)


def redeem(shop: Shop, code: str, person_id: str, now: datetime) -> BindingCode:
    """The person said a code: the account is his, with its roles. Raises WrongCode."""
    found = next((c for c in shop.rows(BindingCode) if c.code == code), None)
    if found is None or found.until <= now:
        raise WrongCode
    shop.rows(BindingCode).drop(found)
    bind(shop, found.account_id, person_id, now)
    rooms = [""] if found.role == AGENT else found.rooms if found.role == LEADER else []
    for room_id in rooms:
        _give(shop, room_id, person_id, found.role, found.name)
    return found


def _give(shop: Shop, room_id: str, person_id: str, role: str, name: str) -> None:
    rows = shop.rows(Role)
    known = rows.get((room_id, person_id, role))
    if known is None:
        rows.add(
            Role(
                tenant_id=shop.tenant,
                room_id=room_id,
                person_id=person_id,
                role=role,
                name=name,
                source="chat",
            )
        )
