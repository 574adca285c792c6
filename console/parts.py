"""What every page of the desk needs: the shop to look at, commands to change it, and how to answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from multidict import MultiMapping
from sqlalchemy import Connection

from console import words
from console.passwords import Passwords
from storage.database import Database
from storage.errors import Refused
from storage.shop import Shop

T = TypeVar("T")
FOLDER = Path(__file__).parent
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


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(yuan=words.money, number=words.number)
    made.globals.update(w=words)
    return made


TEMPLATES = _environment()


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """A page of the desk; nothing of it is kept by the browser."""
    from console.origin import form_token
    from console.who import WHO

    desk = request.app[DESK]
    shop = desk.shop()
    text = TEMPLATES.get_template(template).render(
        shop_name=shop.settings.name,
        who=request.get(WHO),
        csrf=form_token(request),
        here=request.path,
        now=desk.now(),
        local=lambda moment, shape="day": words.moment(moment, desk.now(), shop.settings.timezone, shape),
        **values,
    )
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"}
    )


def wants_json(request: web.Request) -> bool:
    """Whether a script of ours asks, not a form."""
    return "application/json" in request.headers.get("Accept", "")


def done(request: web.Request, location: str, said: str = "", **more: Any) -> web.StreamResponse:
    """It was done: a script is told, a form is led on."""
    if wants_json(request):
        return web.json_response({"ok": True, "said": said, "location": location, **more})
    raise web.HTTPSeeOther(location)


def remember_deed(request: web.Request, subject: str = "", **detail: Any) -> None:
    """What the record of deeds is to say of this request, once it has succeeded."""
    request[DEED] = {"subject": subject, "detail": detail}


def text_of(request: web.Request, name: str, longest: int = 5_000) -> str:
    """A field of the form. Raises Refusal when it is too long."""
    value = request[FORM].get(name, "")
    if not isinstance(value, str):
        raise web.HTTPBadRequest
    if len(value) > longest:
        raise Refusal(f"太长了，最多 {longest} 字。")
    return value.strip()
