"""One case: its page, and everything an agent does with it, each a command of the one rule."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from console.answers import done, page, remember_deed, text_of
from console.canned import canned_for
from console.case import whole
from console.cases import agent_name, case, queue
from console.parts import DESK, Refusal
from console.who import person, who
from storage.database import fetch
from storage.incidents import Incident
from storage.money import fen, yuan
from storage.tickets import Ticket, TicketLine
from storage.tickets.photos import Photo
from storage.tickets.tables import label_of

Act = Callable[[web.Request], Awaitable[web.StreamResponse]]
HOLDS = {"supplier": "等供应商", "customer": "等客户", "time": "挂起"}


async def _ticket(request: web.Request) -> Ticket:
    """The case of the address. Raises HTTPNotFound when it is not the asker's business."""
    number = request.match_info["number"]
    found = await case(request.app[DESK], who(request), int(number)) if len(number) < 9 else None
    if found is None:
        raise web.HTTPNotFound
    return found


async def _mine(request: web.Request) -> tuple[Ticket, str]:
    """The case, and the agent who acts on it; leaders look on where there are agents."""
    ticket = await _ticket(request)
    if not who(request).works:
        raise web.HTTPNotFound
    return ticket, person(request)


async def show(request: web.Request) -> web.StreamResponse:
    """The case with its conversation; `part` gives what changes alone."""
    desk, account, ticket = request.app[DESK], who(request), await _ticket(request)
    shown = await whole(desk, account, ticket)
    if "part" in request.query:
        return page(request, "ticket_parts.html", case=shown, holds=HOLDS)
    return page(
        request,
        "ticket.html",
        title=f"{ticket.label} {shown['customer']}",
        case=shown,
        holds=HOLDS,
        listed=queue(desk, account, "all"),
        current=str(ticket.number),
        narrow=True,
        wanted="",
    )


async def canned(request: web.Request) -> web.StreamResponse:
    """What can be typed after the slash, with this case's fields filled in."""
    ticket = await _ticket(request)
    return web.json_response({"canned": canned_for(request.app[DESK], who(request), ticket)})


async def photo(request: web.Request) -> web.StreamResponse:
    """A picture of this case, for those whose business the case is."""
    ticket, desk, name = await _ticket(request), request.app[DESK], request.match_info["photo"]
    table = Photo.table()
    mine = (table.c.tenant_id == desk.tenant, table.c.ticket == ticket.number, table.c.file == name)
    known = await desk.run(lambda connection: fetch(connection, Photo, *mine))
    path = desk.pictures / name if desk.pictures is not None else None
    if not known or path is None or not path.is_file():
        raise web.HTTPNotFound
    headers = {"Cache-Control": "private, max-age=3600", "Content-Type": "image/jpeg"}
    return web.FileResponse(path, headers=headers)


def _back(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}"


async def _command(
    request: web.Request, ticket: Ticket, name: str, said: str, **data: Any
) -> web.StreamResponse:
    remember_deed(
        request, ticket.label, **{k: v for k, v in data.items() if k not in ("agent", "number", "text")}
    )
    await request.app[DESK].command(name, {"number": ticket.number, **data})
    return done(request, _back(ticket), said)


async def claim(request: web.Request) -> web.StreamResponse:
    """Take it: nobody else may answer it now."""
    ticket, agent = await _mine(request)
    return await _command(request, ticket, "ticket.claim", f"{ticket.label} 是您的了。", agent=agent)


async def reply(request: web.Request) -> web.StreamResponse:
    """Words for the customer, in private."""
    ticket, agent = await _mine(request)
    text = text_of(request, "text")
    return await _command(request, ticket, "ticket.reply", "已交给小团发送。", agent=agent, text=text)


async def note(request: web.Request) -> web.StreamResponse:
    """Words for colleagues only."""
    ticket, agent = await _mine(request)
    text = text_of(request, "text")
    return await _command(request, ticket, "ticket.note", "备注记下了，客户看不到。", agent=agent, text=text)


async def contact(request: web.Request) -> web.StreamResponse:
    """Phone and address in clear, for whoever works on the case; that he looked is written down."""
    ticket, agent = await _mine(request)
    remember_deed(request, ticket.label)
    told = await request.app[DESK].command("ticket.contact", {"agent": agent, "number": ticket.number})
    words = "，".join(told) or "客户没有留联系方式，可以在对话里问。"
    return done(request, _back(ticket), "已记录您看过联系方式。", shown=words)


async def transfer(request: web.Request) -> web.StreamResponse:
    """To a colleague."""
    ticket, agent = await _mine(request)
    to = text_of(request, "to", 100)
    said = f"已转给{agent_name(request.app[DESK], to)}。"
    return await _command(request, ticket, "ticket.transfer", said, agent=agent, to=to)


async def hold(request: web.Request) -> web.StreamResponse:
    """Wait for the supplier, the customer or time; no clock runs."""
    ticket, agent = await _mine(request)
    why = text_of(request, "why", 20)
    if why not in HOLDS:
        raise web.HTTPBadRequest
    return await _command(request, ticket, "ticket.hold", f"{HOLDS[why]}，时限暂停。", agent=agent, why=why)


async def resume(request: web.Request) -> web.StreamResponse:
    """Go on."""
    ticket, agent = await _mine(request)
    return await _command(request, ticket, "ticket.resume", "继续处理。", agent=agent)


async def resolve(request: web.Request) -> web.StreamResponse:
    """Done: the customer is asked whether it is."""
    ticket, agent = await _mine(request)
    said = f"{ticket.label} 已完成，正在问客户是否满意。"
    return await _command(request, ticket, "ticket.resolve", said, agent=agent)


async def reopen(request: web.Request) -> web.StreamResponse:
    """Take it up again."""
    ticket, agent = await _mine(request)
    return await _command(request, ticket, "ticket.reopen", f"{ticket.label} 重新处理。", agent=agent)


async def merge(request: web.Request) -> web.StreamResponse:
    """Another case of the same customer goes on as part of this one."""
    ticket, agent = await _mine(request)
    number = text_of(request, "other", 12).lstrip("aA")
    if not number.isdecimal():
        raise Refusal("要合并哪个工单？")
    other = await case(request.app[DESK], who(request), int(number))
    if other is None:
        raise Refusal(f"没有 {label_of(int(number))} 这个工单。")
    said = f"{other.label} 并进来了。"
    return await _command(request, ticket, "ticket.merge", said, agent=agent, other=other.number)


async def refund(request: web.Request) -> web.StreamResponse:
    """The first of two steps: a proposal that only a leader can confirm."""
    ticket, agent = await _mine(request)
    try:
        amount = fen(text_of(request, "amount", 20).lstrip("¥￥"))
    except ValueError:
        raise Refusal("金额写成 39.9 这样。") from None
    said = f"已提交 ¥{yuan(amount)}，等团长同意。"
    return await _command(request, ticket, "refund.propose", said, agent=agent, amount_fen=amount)


async def decide(request: web.Request) -> web.StreamResponse:
    """A leader agrees, confirms what he has read, or declines."""
    ticket, step = await _ticket(request), text_of(request, "step", 10)
    said = {
        "approve": "请再确认一次。",
        "confirm": "已登记退款，请原路转给客户。",
        "decline": "没有批，客服会知道。",
    }
    if step not in said:
        raise web.HTTPBadRequest
    return await _command(request, ticket, "refund.decide", said[step], person=person(request), step=step)


async def answer_all(request: web.Request) -> web.StreamResponse:
    """One answer to every customer of the incident that the case belongs to."""
    ticket, agent = await _mine(request)
    desk, text = request.app[DESK], text_of(request, "text")
    incident = next((i for i in desk.shop().rows(Incident) if i.label == ticket.incident), None)
    if incident is None or not text:
        raise Refusal("后面没有内容，没有发出去。")
    remember_deed(request, incident.label)
    await desk.command("incident.answer", {"agent": agent, "number": incident.number, "text": text})
    return done(request, _back(ticket), "已发给这批客户。")


async def retry(request: web.Request) -> web.StreamResponse:
    """A message of this case that was given up is sent after all."""
    ticket, _ = await _mine(request)
    desk, number = request.app[DESK], text_of(request, "message", 12)
    if not number.isdecimal() or not await _belongs(request, ticket, int(number)):
        raise web.HTTPNotFound
    remember_deed(request, ticket.label, message=int(number))
    if not await desk.command("outbox.retry", int(number)):
        raise Refusal("这条已经不用重发了。")
    return done(request, _back(ticket), "正在重发。")


async def _belongs(request: web.Request, ticket: Ticket, number: int) -> bool:
    desk = request.app[DESK]
    lines = await desk.reading_shop().load(TicketLine, ticket.number)
    return any(line.data.get("outbox") == number for line in lines)


ACTS: dict[str, Act] = {
    "claim": claim,
    "reply": reply,
    "note": note,
    "contact": contact,
    "transfer": transfer,
    "hold": hold,
    "resume": resume,
    "resolve": resolve,
    "reopen": reopen,
    "merge": merge,
    "refund": refund,
    "decide": decide,
    "answer-all": answer_all,
    "retry": retry,
}

DEEDS = {
    "claim": "ticket.claim",
    "reply": "ticket.reply",
    "note": "ticket.note",
    "contact": "ticket.contact",
    "transfer": "ticket.transfer",
    "hold": "ticket.hold",
    "resume": "ticket.resume",
    "resolve": "ticket.resolve",
    "reopen": "ticket.reopen",
    "merge": "ticket.merge",
    "refund": "refund.propose",
    "decide": "refund.decide",
    "answer-all": "incident.answer",
    "retry": "outbox.retry",
}
"""What each is called in the record of deeds."""
