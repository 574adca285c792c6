"""What all of after-sales shares: its router, the words of its refusals, and the record of a case."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from handlers import Chat, Router, Turn
from storage.canned import BadName, ChangedMeanwhile, NoCanned, NoText, UnknownField
from storage.errors import Refused
from storage.flows import Flow
from storage.outbox import Urgency
from storage.people import AGENT, Role
from storage.privacy import mask_private
from storage.refunds import AlreadyProposed, NothingProposed, RefundTooMuch
from storage.tickets import (
    HeldBy,
    NoTicket,
    NotMergeable,
    Ticket,
    TicketEnded,
    TicketLine,
    TicketRunning,
    TooLate,
)
from storage.tickets.tables import REOPENING

CASE = "case"
"""The flow that lets every message of a customer with a case reach the desk."""


class NoSuchAgent(Refused):
    """No agent, or several, are called so. Facts: name."""


class NothingToSay(Refused):
    """A reply or note without words."""


class NotYourDecision(Refused):
    """Only a leader decides on money."""


router = Router(
    "tickets",
    rank=10,
    refusals={
        NoTicket: "没有 {label} 这个工单。",
        HeldBy: "{holder}在处理 {label}，要接手请让他「转」给您。",
        TicketEnded: "{label} 已经完成了，要继续先发「重开 {label}」。",
        TicketRunning: "{label} 还在处理中，不用重开。",
        TooLate: "{label} 完成超过72小时了，请让客户重新反馈。",
        NotMergeable: "{label} 和 {other} 不是同一位客户的两个工单，没有合并。",
        NoSuchAgent: "没找到叫「{name}」的客服。",
        NothingToSay: "后面没有内容，没有发出去。",
        NotYourDecision: "退款要团长来定。",
        RefundTooMuch: "这单最多退 ¥{most}，没有提交。",
        NothingProposed: "{label} 没有待定的退款。",
        AlreadyProposed: "{label} 已有一笔待定的退款 ¥{amount}，先等团长定。",
        BadName: "名称1到{longest}个字，不能有空格和斜杠。",
        NoText: "内容1到{longest}个字。",
        UnknownField: "没有 {field} 这个空，能用：{known}",
        ChangedMeanwhile: "/{name} 刚被别人改过，刷新看一眼再改。",
        NoCanned: "没有 /{name} 这条。",
    },
    help_for={
        "buyer": "售后：哪里不好直接说（带照片更快）· 找真人说「人工」",
        "agent": "接 A101 · A101 回复 · // 备注 · 转 小吴 A101 · 挂起 A101 等供应商 · "
        "A101 完成 · 队列 · 下线",
    },
)


def record(
    turn: Turn,
    ticket: Ticket,
    kind: str,
    text: str,
    *,
    person_id: str | None = None,
    name: str = "",
    message: str = "",
    at: datetime | None = None,
    **data: Any,
) -> None:
    """Write one line into the case's history; phone numbers and addresses are masked in it."""
    turn.rows(TicketLine).add(
        TicketLine(
            tenant_id=turn.shop.tenant,
            ticket=ticket.number,
            n=ticket.lines,
            at=at or turn.now,
            kind=kind,
            person_id=person_id,
            name=name,
            text=mask_private(text)[:1000],
            message=message,
            data=data,
        )
    )
    ticket.lines += 1


def tell_customer(turn: Turn, ticket: Ticket, text: str, *, urgency: str = Urgency.ANSWER) -> None:
    """Say something about the case to its customer; the desk reads it in the talk."""
    before = turn.shop.row.counters.get("outbox")
    turn.say_to(ticket.customer_id, text, urgency=urgency)
    number = turn.shop.row.counters.get("outbox")
    if number != before:
        record(turn, ticket, "bot", text, name="小团", outbox=number)


async def history(turn: Turn, ticket: Ticket, *kinds: str) -> list[TicketLine]:
    """What was said and done in a case, oldest first; only of these kinds when some are named."""
    lines = await turn.load(TicketLine, ticket.number)
    return sorted((line for line in lines if not kinds or line.kind in kinds), key=lambda line: line.n)


def keep_listening(turn: Turn, ticket: Ticket) -> None:
    """Every message of this customer is ours to look at while the case can go on."""
    flows = turn.rows(Flow)
    flow = flows.get(("", ticket.customer_id, CASE))
    until = turn.now + REOPENING
    if flow is None:
        minutes = REOPENING.total_seconds() / 60
        turn.remember(CASE, None, ticket.customer_id, minutes)
    elif flow.expires < until:
        flow.expires = until


def agent_name(turn: Turn, agent_id: str | None) -> str:
    """How an agent is called: the name of the configuration, never the nickname of the day."""
    if agent_id is None:
        return "客服"
    role = turn.rows(Role).get(("", agent_id, AGENT))
    return (role.name if role is not None else "") or turn.name(agent_id) or "客服"


def short_name(name: str) -> str:
    """客服小周 → 小周."""
    return name.removeprefix("客服") or name


def agent_called(turn: Turn, name: str) -> str:
    """The agent of this name or id. Raises NoSuchAgent when none, or more than one, fits."""
    wanted = name.strip().lstrip("@").strip()
    roles = turn.shop.agents()
    exact = [r.person_id for r in roles if wanted in (r.person_id, r.name, short_name(r.name))]
    near = exact or [r.person_id for r in roles if wanted and wanted in r.name]
    if len(near) != 1:
        raise NoSuchAgent(name=wanted)
    return near[0]


def is_staff(chat: Chat) -> bool:
    """An agent, by id; in a shop without agents its leaders do the work."""
    return chat.is_agent or (not chat.shop.agents() and chat.is_leader)


def tell_desk(turn: Turn, ticket: Ticket | None, text: str, *, call: bool = False) -> None:
    """Tell the agents' room, calling the assignee; a shop without agents tells the leader."""
    if turn.shop.agent_room() is None and not turn.shop.agents() and not turn.shop.settings.lead:
        turn.say_to_leaders(_room_for(turn, ticket), text)
        return
    who: Iterable[str] = ()
    if call and ticket is not None and ticket.assignee is not None:
        who = (ticket.assignee,)
    turn.say_to_agents(text, mention=who)


def tell_lead(turn: Turn, ticket: Ticket, text: str) -> None:
    """Tell whoever answers for the desk: the lead of the configuration, else the room's leader."""
    lead = turn.shop.settings.lead
    if lead is not None:
        turn.say_to(lead, text, urgency="handoff")
    else:
        turn.say_to_leaders(_room_for(turn, ticket), text)


def _room_for(turn: Turn, ticket: Ticket | None) -> str:
    if ticket is not None and ticket.room_id is not None:
        return ticket.room_id
    person = turn.person(ticket.customer_id) if ticket is not None else None
    room = person.marks.get("room") if person is not None else None
    if room:
        return str(room)
    from storage.people import LEADER

    led = [role.room_id for role in turn.rows(Role) if role.role == LEADER]
    return led[0] if led else ""


def customer_name(turn: Turn, ticket: Ticket) -> str:
    """The customer as his neighbours know him."""
    room = ticket.room_id or turn.person(ticket.customer_id).marks.get("room")
    return turn.name(ticket.customer_id, room)


def when(turn: Turn, moment: datetime) -> str:
    """A moment as one says it today: 15:05, 明天9:00, 5月23日9:00."""
    local, today = turn.shop.settings.local(moment), turn.shop.settings.local(turn.now)
    days = (local.date() - today.date()).days
    day = {0: "", 1: "明天"}.get(days, f"{local.month}月{local.day}日")
    return f"{day}{local.hour}:{local.minute:02}"
