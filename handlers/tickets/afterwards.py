"""What a customer asks about a case: how it stands, why so little, once more, a word with the shop."""

from handlers import Chat
from handlers.tickets import cues
from handlers.tickets.base import history, tell_customer, tell_desk, tell_lead
from handlers.tickets.calling import call_human
from handlers.tickets.cases import from_customer
from handlers.tickets.customer import case_of, to_desk
from handlers.tickets.intake import more_about, relay_to_desk, reopen_by_customer
from handlers.tickets.queueing import customer_waits
from handlers.tickets.words import said, status
from storage.money import yuan
from storage.refunds import refunds_of
from storage.tickets import Ticket, reopenable
from storage.tickets.labels import REFUNDS


async def how_it_stands(chat: Chat) -> bool | None:
    """“处理了吗”: said in private; the group hears one neutral line (H13, E4)."""
    if not cues.STATUS.search(chat.text) and not (chat.meaning.fine == "urge" and case_of(chat)):
        return False
    ticket = case_of(chat)
    if ticket is None:
        return await _about_a_resolved_one(chat)
    from_customer(chat, ticket)
    customer_waits(chat, ticket)
    relay_to_desk(chat, ticket)
    if not chat.private:
        chat.reply(f"{ticket.label} 在处理，进展私聊您了。", mention=True)
    tell_customer(chat, ticket, status(chat, ticket))
    return None


async def _about_a_resolved_one(chat: Chat) -> bool | None:
    ticket = reopenable(chat.shop, chat.person_id, chat.now)
    if ticket is None:
        return False
    refunded = ticket.facts.get("refunded_fen")
    money = f"，退款 ¥{yuan(refunded)} 已登记，一般1–3天到" if refunded else ""
    tell_customer(chat, ticket, f"{ticket.label} 已完成{money}。还有问题回「没解决」，我给您重开。")
    if not chat.private:
        chat.reply("进展私聊您了。", mention=True)
    return None


async def dispute(chat: Chat) -> bool | None:
    """“为什么只退一半”: to a person, with the timeline (H17)."""
    if not cues.DISPUTE.search(chat.text):
        return False
    ticket = case_of(chat) or reopenable(chat.shop, chat.person_id, chat.now)
    if ticket is None:
        return False
    if ticket.ended:
        await reopen_by_customer(chat, ticket)
    else:
        await more_about(chat, ticket, ticket.category)
    text = f"{ticket.label} 客户对退款有异议\n{await timeline(chat, ticket)}"
    tell_desk(chat, ticket, text, call=True)
    tell_lead(chat, ticket, text)
    return None


async def timeline(chat: Chat, ticket: Ticket) -> str:
    """What happened when in a case, with its refunds."""
    zone = chat.shop.settings.local
    lines = [
        f"{zone(line.at):%m-%d %H:%M} {line.name or '·'} {line.text[:40]}"
        for line in await history(chat, ticket, "event", "agent", "customer")
    ][-10:]
    for refund in await refunds_of(chat.shop, ticket.number):
        lines.append(f"退款 ¥{yuan(refund.amount_fen)} {REFUNDS[refund.state]}")
    return "\n".join(lines)


async def again(chat: Chat) -> bool | None:
    """“还是没解决”, “又坏了”: the same thread (H14, E17)."""
    if not cues.AGAIN.search(chat.text):
        return False
    ticket = case_of(chat)
    if ticket is not None:
        if chat.meaning.intent == "complaint":
            return False
        await more_about(chat, ticket, ticket.category)
        return None
    resolved = reopenable(chat.shop, chat.person_id, chat.now)
    if resolved is None:
        return False
    await reopen_by_customer(chat, resolved)
    return None


def wants_mediation(chat: Chat) -> bool:
    """“帮我跟商家说说”."""
    return cues.MEDIATE.search(chat.text) is not None


async def mediate(chat: Chat) -> bool | None:
    """Passed on to the supplier; without a case it is a call for a person (H18)."""
    ticket = case_of(chat)
    if ticket is None:
        return await call_human(chat) if chat.message.addressed else False
    await to_desk(chat, ticket)
    tell_customer(chat, ticket, f"好，{ticket.label} 已转告客服和团长，有答复告诉您。")
    tell_lead(chat, ticket, f"{ticket.label} {chat.sender} 请您帮忙跟供应商说：{said(chat)}")
    return None
