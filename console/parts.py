"""What every page of the desk stands on: the shop to look at, commands to change it, its clocks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from multidict import MultiMapping
from sqlalchemy import Connection

from console.passwords import Passwords
from storage.database import Database
from storage.errors import Refused
from storage.shop import Shop

T = TypeVar("T")
FOLDER = Path(__file__).parent
Network = IPv4Network | IPv6Network
Command = Callable[[str, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One of the simulator's people, who signs in with one click."""

    person: str
    name: str
    role: str


@dataclass(slots=True, kw_only=True)
class Desk:
    """What the desk stands on. `now` is the shop's time (which a simulator may move), `wall` the real one."""

    shop: Callable[[], Shop]
    """The live shop, only to be looked at."""
    command: Command
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    words: Callable[[Refused], str]
    secret: bytes
    health: Callable[[], Awaitable[Mapping[str, Any]]]
    simulated: Sequence[Simulated] = ()
    proxies: Sequence[Network] = ()
    """Who may say whose request it is (X-Forwarded-For); nobody unless the configuration names him."""
    pictures: Path | None = None
    """Where the clean copies of what customers photographed are kept."""
    passwords: Passwords = field(default_factory=Passwords)

    @property
    def database(self) -> Database:
        """Where everything is stored."""
        return self.shop().database

    @property
    def tenant(self) -> str:
        """Whose desk it is."""
        return self.shop().tenant

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Database work in one transaction."""
        return await self.database.run(work)

    def reading_shop(self) -> Shop:
        """An empty shop over the same store: what it loads never meets the live one."""
        live = self.shop()
        return Shop(live.tenant, live.settings, live.database, live.ids)


DESK = web.AppKey("desk", Desk)
FORM: web.RequestKey[MultiMapping[Any]] = web.RequestKey("form")
DEED: web.RequestKey[dict[str, Any]] = web.RequestKey("deed")


class Refusal(Exception):
    """The desk itself says no; str() is for the reader."""
