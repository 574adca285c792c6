"""Canned replies: everybody's, which the desk's leads keep, and each agent's own."""

from aiohttp import web

from console.answers import done, page, remember_deed, text_of
from console.canned import built_in, kept_by, may_share
from console.parts import DESK, FORM, Refusal
from console.who import person, who
from storage.canned import FIELDS, LONGEST_NAME, LONGEST_TEXT


def _worker(request: web.Request) -> None:
    """Leaders only look on where there are agents."""
    if not who(request).works:
        raise web.HTTPNotFound


async def show(request: web.Request) -> web.StreamResponse:
    """What can be typed after the slash, and the forms to change it."""
    _worker(request)
    desk, account = request.app[DESK], who(request)
    return page(
        request,
        "canned.html",
        title="常用语",
        shared=kept_by(desk, ""),
        own=kept_by(desk, account.person) if account.person else [],
        built_in=built_in(desk),
        may_share=may_share(account),
        fields=FIELDS,
        longest=(LONGEST_NAME, LONGEST_TEXT),
    )


def _owner(request: web.Request) -> str:
    """Whose reply the form is about. Raises Refusal when it is not his to change."""
    _worker(request)
    if not text_of(request, "shared", 3):
        return person(request)
    if not may_share(who(request)):
        raise Refusal("大家用的常用语由客服主管或店主改，您可以存成自己的。")
    return ""


async def keep(request: web.Request) -> web.StreamResponse:
    """Keep a reply for oneself, or for everybody; `was` is what the writer saw."""
    owner, name, text = _owner(request), text_of(request, "name", 40), text_of(request, "text")
    was = _one_line_ends(text_of(request, "was")) if "was" in request[FORM] else None
    remember_deed(request, name, shared=not owner)
    await request.app[DESK].command(
        "canned.keep", {"owner": owner, "name": name, "text": _one_line_ends(text), "was": was}
    )
    return done(request, "/desk/canned", f"存好了，输入 /{name.lstrip('/')} 就能用。")


def _one_line_ends(text: str) -> str:
    """A browser sends its own line ends."""
    return text.replace("\r\n", "\n")


async def drop(request: web.Request) -> web.StreamResponse:
    """A reply is gone; one that every shop has holds again."""
    owner, name = _owner(request), text_of(request, "name", 40)
    remember_deed(request, name, shared=not owner)
    await request.app[DESK].command("canned.drop", {"owner": owner, "name": name})
    return done(request, "/desk/canned", f"/{name} 删了。")
