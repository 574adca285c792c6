"""The queue by time to breach, its parts for a script, and being at the desk or not."""

from aiohttp import web

from console.answers import done, page, remember_deed, text_of
from console.cases import VIEWS, agent_name, queue, search
from console.parts import DESK
from console.who import person, who
from storage.tickets import DeskAgent


async def show(request: web.Request) -> web.StreamResponse:
    """A view of the queue, or what a search found; `part` gives the list alone."""
    desk, account = request.app[DESK], who(request)
    wanted = request.query.get("q", "").strip()[:60]
    view = request.query.get("view", "all")
    start = request.query.get("start", "0")
    if view not in VIEWS or not (start.isdecimal() and len(start) < 6):
        raise web.HTTPNotFound
    listed = queue(desk, account, view, int(start))
    if wanted:
        rows = await search(desk, account, wanted)
        listed |= {"view": "", "rows": rows, "more": None, "total": len(rows), "start": 0}
    place = desk.shop().rows(DeskAgent).get(account.person) if account.person else None
    template = "queue_list.html" if "part" in request.query else "queue.html"
    return page(
        request,
        template,
        title="工单",
        listed=listed,
        wanted=wanted,
        present=place.present if place is not None else True,
        current=request.query.get("current", ""),
        narrow="narrow" in request.query,
    )


async def presence(request: web.Request) -> web.StreamResponse:
    """At the desk, or gone; what waits is given out anew."""
    desk = request.app[DESK]
    present = text_of(request, "present") == "yes"
    result = await desk.command("agent.presence", {"agent": person(request), "present": present})
    remember_deed(request, agent_name(desk, person(request)), present=present)
    moved = "、".join(result["moved"])
    said = ("您已上线。" if present else "您已下线。") + (f" 转出：{moved}" if moved else "")
    return done(request, "/desk/", said)
