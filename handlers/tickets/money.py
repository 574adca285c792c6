"""Refunds in words: an agent proposes, the leader agrees and then confirms what he read (law 6)."""

import re
from datetime import timedelta
from decimal import Decimal

from handlers import Chat, Turn
from handlers.tickets.base import (
    NotYourDecision,
    agent_name,
    customer_name,
    record,
    short_name,
    tell_customer,
    tell_desk,
    tell_lead,
)
from handlers.tickets.desk import find, take
from handlers.tickets.words import order_line, wishes
from storage.money import times, yuan
from storage.refunds import NothingProposed, Refund, open_refund, propose, refunds_of
from storage.tickets import Ticket, leads_case

REMIND_AFTER = timedelta(days=3)
"""Money takes one to three days to arrive; then the bot asks (E19)."""
_DECISION = re.compile(
    r"(?P<word>同意退款|同意|批准|确认退款|不同意|拒绝|驳回)\s*#?[aA]\s?(?P<number>\d{3,6})"
    r"|#?[aA]\s?(?P<number2>\d{3,6})\s*(?P<word2>同意退款|同意|批准|确认退款|不同意|拒绝|驳回)"
)


async def propose_refund(turn: Turn, agent: str, number: int, amount_fen: int) -> Refund:
    """The first of two steps: nothing is paid, the leader is asked. Raises RefundTooMuch, HeldBy."""
    ticket = await find(turn, number)
    take(turn, agent, ticket)
    given = sum(r.amount_fen for r in await refunds_of(turn.shop, number) if r.state == "recorded")
    most = _most(ticket)
    refund = propose(
        turn.shop,
        ticket=number,
        label=ticket.label,
        amount_fen=amount_fen,
        most_fen=most - given if most is not None else None,
        by=agent,
        now=turn.now,
    )
    record(turn, ticket, "event", f"提议退¥{yuan(amount_fen)}", person_id=agent)
    ask_leader(turn, ticket, refund, f"{short_name(agent_name(turn, agent))}提")
    return refund


def ask_leader(turn: Turn, ticket: Ticket, refund: Refund, by: str) -> None:
    """The leader reads what is proposed, and how to answer."""
    known = wishes(ticket)
    tell_lead(
        turn,
        ticket,
        f"退款待定：{ticket.label} {customer_name(turn, ticket)} ¥{yuan(refund.amount_fen)}（{by}）\n"
        f"{order_line(ticket)}\n"
        + (f"{known}\n" if known else "")
        + f"回「同意 {ticket.label}」或「不同意 {ticket.label}」",
    )


def _most(ticket: Ticket) -> int | None:
    facts = ticket.facts
    if "price_fen" not in facts:
        return None
    return times(facts["price_fen"], Decimal(facts["ordered"]))


def decision_in(chat: Chat) -> tuple[str, int] | None:
    """“同意 A103”: what a leader decides about which case."""
    found = _DECISION.fullmatch(chat.text.strip(" 。!！"))
    if found is None:
        return None
    return found["word"] or found["word2"], int(found["number"] or found["number2"])


def is_decision(chat: Chat) -> bool:
    """A leader's word about a refund, wherever it is said."""
    return chat.is_leader and decision_in(chat) is not None


async def decide(chat: Chat) -> bool | None:
    """The leader's word on a proposed refund, in private or in the agents' room."""
    decision = decision_in(chat)
    if decision is None:
        return False
    word, number = decision
    ticket = await find(chat, number)
    if chat.room is not None and not chat.room.is_agent_room:
        if not may_decide(chat, ticket, chat.person_id):
            return False
        chat.whisper(f"退款的事在这里回就行：「{word} {ticket.label}」，群里大家都看得到")
        return None
    if not may_decide(chat, ticket, chat.person_id):
        raise NotYourDecision
    if word in ("不同意", "拒绝", "驳回"):
        refund = await decline(chat, chat.person_id, number)
        chat.reply(f"{ticket.label} 的 ¥{yuan(refund.amount_fen)} 没有批，已告诉客服。")
    elif word == "确认退款":
        refund = await confirm(chat, chat.person_id, number)
        who, amount = customer_name(chat, ticket), yuan(refund.amount_fen)
        chat.reply(f"已登记：{ticket.label} 退 ¥{amount}，请您原路转给{who}。")
    else:
        refund = await approve(chat, chat.person_id, number)
        chat.reply(
            f"请再确认：给{customer_name(chat, ticket)}退 ¥{yuan(refund.amount_fen)}（{ticket.label} "
            f"{order_line(ticket)}）。\n无误回「确认退款 {ticket.label}」"
        )
    return None


def may_decide(turn: Turn, ticket: Ticket, person_id: str) -> bool:
    """Leaders of the case's room, and the lead, decide on money; by id."""
    if person_id == turn.shop.settings.lead:
        return True
    return leads_case(turn.shop, ticket, person_id)


def _waiting(turn: Turn, ticket: Ticket, state: str | None = None) -> Refund:
    refund = open_refund(turn.shop, ticket.number)
    if refund is None or (state is not None and refund.state != state):
        raise NothingProposed(label=ticket.label)
    return refund


async def approve(turn: Turn, leader: str, number: int) -> Refund:
    """The leader agrees; he still has to confirm. Raises NothingProposed."""
    ticket = await find(turn, number)
    refund = _waiting(turn, ticket)
    refund.approve(leader)
    record(turn, ticket, "event", f"同意退¥{yuan(refund.amount_fen)}，待确认", person_id=leader)
    return refund


async def confirm(turn: Turn, leader: str, number: int) -> Refund:
    """The second step: it stands in the books, customer and desk are told. Raises NothingProposed."""
    ticket = await find(turn, number)
    refund = _waiting(turn, ticket, "approved")
    refund.record(leader, turn.now)
    amount = yuan(refund.amount_fen)
    ticket.fact(refunded_fen=int(ticket.facts.get("refunded_fen", 0)) + refund.amount_fen)
    record(turn, ticket, "event", f"登记退款¥{amount}", person_id=leader)
    tell_customer(
        turn,
        ticket,
        f"{ticket.label} 退款 ¥{amount} 已登记，团长原路退给您，一般1–3天到；到时我再问您。",
        urgency="handoff",
    )
    tell_desk(turn, ticket, f"{ticket.label} 退款 ¥{amount} 团长已确认")
    turn.timer("refund_check", str(ticket.number), turn.now + REMIND_AFTER, amount=refund.amount_fen)
    return refund


async def decline(turn: Turn, leader: str, number: int) -> Refund:
    """Not so; the desk is told. Raises NothingProposed."""
    ticket = await find(turn, number)
    refund = _waiting(turn, ticket)
    refund.decline(leader, turn.now)
    record(turn, ticket, "event", f"不同意退¥{yuan(refund.amount_fen)}", person_id=leader)
    tell_desk(turn, ticket, f"{ticket.label} 退 ¥{yuan(refund.amount_fen)} 团长没同意", call=True)
    return refund
