"""What time does to a case: warnings, breaches, promises, silence, opening hours, endings."""

from datetime import timedelta

from handlers import DueTimer, Turn
from handlers.tickets.base import (
    CASE,
    agent_name,
    customer_name,
    record,
    short_name,
    tell_customer,
    tell_desk,
    tell_lead,
    when,
)
from handlers.tickets.goods import evidence
from handlers.tickets.queueing import (
    BREACH,
    WARNING,
    chase_at,
    hand_out_queue,
    hand_to_next,
    set_timers,
    staffed,
)
from handlers.tickets.words import about, minutes, one_line
from storage.incidents import Incident, tickets_of
from storage.money import yuan
from storage.tickets import State, Ticket, TicketLine, of_customer, present_agents, queue, ticket_by_number
from storage.tickets.clock import due_after, target
from storage.tickets.photos import forget_photos
from storage.tickets.tables import TALK_KEPT

AGAIN_AFTER = timedelta(minutes=30)
"""A case that nobody answers alarms the lead again, each time after twice the time."""


def _case(turn: Turn, timer: DueTimer) -> Ticket | None:
    ticket = turn.rows(Ticket).get(int(timer.ref))
    return ticket if ticket is not None and not ticket.ended else None


async def warn(turn: Turn, timer: DueTimer) -> None:
    """Four fifths of the time are over: the agent is chased, the customer hears it first (E5, U15)."""
    ticket = _case(turn, timer)
    if ticket is None or not ticket.awaits_human or ticket.due_at is None:
        return
    _tell_customer_first(turn, ticket)
    left = max(round((ticket.due_at - turn.now).total_seconds() / 60), 1)
    tell_desk(turn, ticket, f"⏰{_about(turn, ticket)} 还有{left}分钟超时", call=True)
    record(turn, ticket, "event", "超时预警")


async def chase(turn: Turn, timer: DueTimer) -> None:
    """A promised time is near and nobody has answered: chase the agent, tell the customer."""
    ticket = _case(turn, timer)
    if ticket is None or not ticket.awaits_human or chase_at(ticket) is None:
        return
    _tell_customer_first(turn, ticket)
    promised = when(turn, ticket.promised_at) if ticket.promised_at else ""
    tell_desk(turn, ticket, f"⏰{_about(turn, ticket)} 答应了{promised}前回，客户在等", call=True)
    record(turn, ticket, "event", "催客服")
    ticket.promised_at = ticket.due_at


def _tell_customer_first(turn: Turn, ticket: Ticket) -> None:
    """Before a promise breaks the customer hears so, once, with the latest moment."""
    if ticket.promised_at is None or ticket.due_at is None or ticket.facts.get("told_wait"):
        return
    ticket.fact(told_wait=True)
    who = short_name(agent_name(turn, ticket.assignee))
    busy = f"{who}还在忙前面的，我又催了一次" if present_agents(turn.shop) else "客服暂时不在线，我去催了"
    tell_customer(
        turn,
        ticket,
        f"{ticket.label} {busy}，最晚{when(turn, ticket.due_at)}回您。",
        urgency="handoff",
    )


async def breach(turn: Turn, timer: DueTimer) -> None:
    """The time is over: whoever answers for the desk is told, and again until somebody answers."""
    ticket = _case(turn, timer)
    if ticket is None or not ticket.awaits_human:
        return
    ticket.breached += 1
    waited = minutes(turn.now - (ticket.waiting_since or turn.now))
    tell_lead(turn, ticket, f"‼️{_about(turn, ticket)} 超时未回，客户已等{waited}")
    record(turn, ticket, "event", f"超时{ticket.breached}次")
    if ticket.breached == 1:
        tell_desk(turn, ticket, f"‼️{_about(turn, ticket)} 已超时，已报负责人", call=True)
        tell_customer(
            turn,
            ticket,
            f"{ticket.label} 让您久等了，已报给负责人盯着，一有人回马上接上。",
            urgency="handoff",
        )
    span = max(target(ticket, turn.shop.settings), AGAIN_AFTER) * 2 ** min(ticket.breached - 1, 6)
    turn.timer(BREACH, timer.ref, due_after(ticket, turn.shop.settings, turn.now, span))


async def warn_unsolved(turn: Turn, timer: DueTimer) -> None:
    """Four fifths of the time to a first solution are over: the desk is told."""
    ticket = _case(turn, timer)
    if ticket is None or ticket.solve_by is None:
        return
    left = minutes(ticket.solve_by - turn.now)
    text = f"⏰{_about(turn, ticket)} 要在{when(turn, ticket.solve_by)}前解决，还有{left}"
    tell_desk(turn, ticket, text, call=True)
    record(turn, ticket, "event", "解决时限预警")


async def breach_unsolved(turn: Turn, timer: DueTimer) -> None:
    """The time to a first solution is over: whoever answers for the desk is told, once."""
    ticket = _case(turn, timer)
    if ticket is None or ticket.solve_by is None:
        return
    open_for = minutes(turn.now - ticket.opened_at)
    tell_lead(turn, ticket, f"‼️{_about(turn, ticket)} 过了解决时限，登记{open_for}了还没完成")
    tell_desk(turn, ticket, f"‼️{_about(turn, ticket)} 过了解决时限，已报负责人", call=True)
    record(turn, ticket, "event", "过了解决时限")


async def pass_on(turn: Turn, timer: DueTimer) -> None:
    """The agent has been silent for five minutes: the next one, else the queue (E7)."""
    ticket = _case(turn, timer)
    if ticket is None or not ticket.awaits_human or ticket.assignee != timer.data.get("agent"):
        return
    silent = ticket.assignee
    passed = [*ticket.facts.get("passed", []), silent]
    ticket.fact(passed=passed)
    who = None
    fresh = [a for a in present_agents(turn.shop) if a not in passed]
    if fresh:
        who = hand_to_next(turn, ticket, but=silent)
        if who in passed:
            who = fresh[0]
            ticket.give(who)
    else:
        ticket.give(None)
    name = short_name(agent_name(turn, silent))
    then = f"转{short_name(agent_name(turn, who))}" if who is not None else "回到队列，谁有空请接"
    record(turn, ticket, "event", f"{name}未回，{then}")
    tell_desk(turn, ticket, f"{_about(turn, ticket)}：{name}5分钟未回，{then}", call=True)
    set_timers(turn, ticket, agent_moved=True)


async def open_desk(turn: Turn, timer: DueTimer) -> None:
    """The desk opens: those who waited overnight are called up in order (E15)."""
    waiting = queue(turn.shop)
    hand_out_queue(turn)
    for ticket in waiting:
        if staffed(turn, ticket):
            set_timers(turn, ticket, agent_moved=True)
    if waiting:
        lines = "\n".join(one_line(turn, ticket) for ticket in waiting[:12])
        agents = [t.assignee for t in waiting if t.assignee]
        text = f"上班了，{len(waiting)}件在等：\n{lines}"
        if turn.shop.agents():
            turn.say_to_agents(text, mention=tuple(dict.fromkeys(agents)))
        else:
            tell_desk(turn, waiting[0], text)


async def close(turn: Turn, timer: DueTimer) -> None:
    """Nobody came back within 72 hours: closed for good."""
    ticket = turn.rows(Ticket).get(int(timer.ref))
    if ticket is None or ticket.state != State.RESOLVED:
        return
    ticket.state, ticket.closed_at = State.CLOSED, turn.now
    record(turn, ticket, "event", "关闭")
    if not of_customer(turn.shop, ticket.customer_id):
        turn.forget(CASE, None, ticket.customer_id)


async def forget_talk(turn: Turn, timer: DueTimer) -> None:
    """After thirty days the words go; what was done stays (L4)."""
    number = int(timer.ref)
    ticket = await ticket_by_number(turn.shop, number)
    over = ticket.state == State.CLOSED
    for line in await turn.load(TicketLine, number):
        if line.kind == "before" or (over and line.kind != "event"):
            turn.rows(TicketLine).drop(line)
    if over:
        ticket.fact(words=None, pictures=None)
        await forget_photos(turn.shop, number)
    else:
        turn.timer(timer.kind, timer.ref, turn.now + TALK_KEPT)


async def check_refund(turn: Turn, timer: DueTimer) -> None:
    """A promised refund should have arrived: ask before being asked (E19)."""
    ticket = await ticket_by_number(turn.shop, int(timer.ref))
    amount = yuan(int(timer.data.get("amount", 0)))
    tell_customer(
        turn,
        ticket,
        f"{ticket.label} 的退款 ¥{amount} 到账了吗？没到请回「没到」，我去催。",
        urgency="nudge",
    )
    turn.remember("refund_arrived", None, ticket.customer_id, 3 * 24 * 60, ticket=ticket.number)


async def chase_incident(turn: Turn, timer: DueTimer) -> None:
    """Before the promised plan for an incident is due, its leaders and the desk are chased."""
    incident = turn.rows(Incident).get(int(timer.ref))
    if incident is None or incident.state != "open":
        return
    cases = tickets_of(turn.shop, incident)
    until = when(turn, incident.promised_at)
    text = f"⏰{incident.label} 答应{until}前给方案\n{evidence(incident, cases)}"
    tell_desk(turn, None, f"{text}\n发「{incident.label} 方案」一次回所有人。")
    for room in incident.rooms:
        turn.say_to_leaders(room, text)


def _about(turn: Turn, ticket: Ticket) -> str:
    return f"{ticket.label} {customer_name(turn, ticket)} {about(ticket)}"


__all__ = [
    "WARNING",
    "breach",
    "breach_unsolved",
    "chase",
    "chase_incident",
    "check_refund",
    "close",
    "forget_talk",
    "open_desk",
    "pass_on",
    "warn",
    "warn_unsolved",
]
