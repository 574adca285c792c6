"""How the desk answers: pages from templates, words for scripts, what is read from a form."""

from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console import words
from console.origin import form_token
from console.parts import DEED, DESK, FOLDER, FORM, Refusal
from console.who import WHO


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
