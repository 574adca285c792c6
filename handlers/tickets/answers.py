"""What a customer answers when the bot has asked: the missing thing, satisfaction, whether it is over."""

import re

from handlers import Chat
from handlers.tickets import cues
from handlers.tickets.base import agent_name, record, short_name, tell_customer, tell_desk, tell_lead
from handlers.tickets.cases import adopt_order, from_customer
from handlers.tickets.customer import can_order, case_of, just_spoke
from handlers.tickets.desk import CSAT
from handlers.tickets.intake import reopen_by_customer
from handlers.tickets.proposals import propose_by_rule
from handlers.tickets.queueing import customer_waits
from handlers.tickets.slots import (
    ASKED,
    ask_missing,
    missing,
    take_answer,
    tell_what_was_learned,
)
from handlers.tickets.words import said
from storage.tickets import Ticket, ticket_by_number
from storage.tickets.bought import Bought, bought_by


async def satisfaction(chat: Chat) -> bool | None:
    """“1”, “满意”, “3”: the answer to the question after a case (E16, H15)."""
    asked = chat.pending(CSAT)
    if asked is None or not chat.private:
        return False
    score = cues.score(chat.text)
    if score is None and cues.GIVES_UP.match(chat.text):
        chat.reply("那这件事算解决了吗？1满意 2一般 3没解决")  # never closed in silence (H12)
        return None
    if score is None:
        return False
    ticket = chat.rows(Ticket).get(asked["ticket"])
    chat.settle(CSAT)
    if ticket is None or not ticket.ended:
        return False
    ticket.fact(csat=score)
    record(chat, ticket, "customer", f"满意度{score}", person_id=chat.person_id)
    if score == 3:
        await reopen_by_customer(chat, ticket)
    else:
        chat.reply("谢谢您，有事随时喊我。" if score == 1 else "谢谢，我们会再改进。")
        tell_desk(chat, ticket, f"{ticket.label} {chat.sender} 评价：{'满意' if score == 1 else '一般'}")
    return None


async def slot_answer(chat: Chat) -> bool | None:
    """The answer to the one thing that was asked about a case (E2)."""
    asked = chat.pending(ASKED)
    if asked is None or chat.meaning.flags & {"safety", "legal"}:
        return False
    ticket = chat.rows(Ticket).get(asked["ticket"])
    if ticket is None or ticket.ended:
        chat.settle(ASKED)
        return False
    if not await take_answer(chat, ticket, asked):
        return False
    if ticket.item is not None and "group_buy" not in ticket.facts:
        _match_order(ticket, await bought_by(chat.shop, ticket.customer_id, chat.now))
    from_customer(chat, ticket)
    customer_waits(chat, ticket)
    tell_what_was_learned(chat, ticket, said(chat))
    need = missing(ticket)
    who = short_name(agent_name(chat, ticket.assignee))
    done = f"{ticket.label} 都记下了，{who}看过就回您。"
    ask_missing(chat, ticket, [], opening="收到。" if need else done)
    await propose_by_rule(chat, ticket)
    return None


def _match_order(ticket: Ticket, bought: list[Bought]) -> None:
    order = next((b for b in bought if ticket.item and b.called(ticket.item)), None)
    if order is not None:
        adopt_order(ticket, order)


async def gives_up(chat: Chat) -> bool | None:
    """“算了不要了” after a complaint: ask, do not close silently (H12)."""
    ticket = case_of(chat)
    if ticket is None or not cues.GIVES_UP.match(chat.text.strip()):
        return False
    if not chat.private and (can_order(chat) and not just_spoke(chat, ticket)):
        return False
    chat.remember("case_over", None, chat.person_id, 24 * 60, ticket=ticket.number)
    question = f"{ticket.label} 的问题是解决了，还是先不处理了？1解决了 2还要处理"
    chat.remember("asked", None, chat.person_id, 24 * 60, kind="case_over", question=question)
    tell_customer(chat, ticket, question)
    return None


async def whether_over(chat: Chat) -> bool | None:
    """The answer to whether a case is over; an agent still closes it."""
    asked = chat.pending("case_over")
    if asked is None:
        return False
    text = chat.text.strip(" 。!！~")
    over = text in ("1", "一", "解决了", "好了") or (len(text) <= 8 and "解决了" in text and "没" not in text)
    goes_on = text in ("2", "二") or (len(text) <= 8 and "处理" in text)
    if not over and not goes_on:
        return False
    chat.settle("case_over")
    ticket = chat.rows(Ticket).get(asked["ticket"])
    if ticket is None or ticket.ended:
        return False
    record(chat, ticket, "customer", "说解决了" if over else "还要处理", person_id=chat.person_id)
    tell_desk(
        chat,
        ticket,
        f"{ticket.label} {chat.sender}：" + ("说已经解决了，请完成" if over else "还要处理"),
        call=True,
    )
    chat.reply("好的，我请客服确认后结单。" if over else "好的，继续给您处理。")
    return None


async def refund_arrived(chat: Chat) -> bool | None:
    """“没到”: the refund that was asked about has not come."""
    asked = chat.recall_flow("refund_arrived", None, chat.person_id) if chat.private else None
    if asked is None:
        return False
    text = chat.text.strip(" 。!！~")
    if len(text) > 8:
        return False
    ticket = await ticket_by_number(chat.shop, asked["ticket"])
    if re.search(r"没|未", text):
        chat.forget("refund_arrived", None, chat.person_id)
        tell_lead(chat, ticket, f"{ticket.label} {chat.sender}：退款还没到账，请核对")
        tell_desk(chat, ticket, f"{ticket.label} 退款没到账，已催团长", call=True)
        chat.reply("好，已催团长核对，明天我再问您。")
        return None
    if re.search(r"到|收|1", text):
        chat.forget("refund_arrived", None, chat.person_id)
        chat.reply("好的，谢谢。")
        return None
    return False
