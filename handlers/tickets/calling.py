"""A call for a person: it works the first time, with a place and a promise, anywhere (E3, law 8)."""

import re

from handlers import Chat
from handlers._ours import concerns_the_shop
from handlers._talk import chatting
from handlers.tickets.base import agent_name, short_name, tell_customer
from handlers.tickets.cases import (
    alarm,
    announce,
    from_customer,
    graver,
    hand_over,
    names_in,
    new_ticket,
    prefill,
)
from handlers.tickets.intake import begin, category_of, is_angry, relay_to_desk
from handlers.tickets.queueing import customer_waits, go_on, promise, staffed
from handlers.tickets.words import after_hours, queued, said
from storage.privacy import mask_private
from storage.tickets import Ticket, ahead_of, of_customer
from storage.tickets.clock import next_opening

_CALLS_SOMEBODY = re.compile(
    r"人工|客服|真人|团长|老板|店家|商家|店主|找个?人|叫人|有人|投诉|举报|管事|负责人|12315"
)


async def call_human(chat: Chat) -> bool | None:
    """“人工”: works the first time, in a group and in private (E3, law 8)."""
    if chat.is_agent or (chat.is_leader and not chat.message.addressed):
        return False
    if _CALLS_SOMEBODY.search(chat.text) is None and chatting(chat):
        return False  # “联系方式给我” was said to a neighbour
    category = category_of(chat)
    running = of_customer(chat.shop, chat.person_id)
    if running:
        await _human_again(chat, running[0], category)
        return None
    if category == "legal" and not await concerns_the_shop(chat):
        return False
    if category == "legal":
        await begin(chat, category)
        return None
    ticket = new_ticket(chat, "human")
    if is_angry(chat):
        ticket.fact(angry=True)
    await _note_last_order(chat, ticket)
    from_customer(chat, ticket)
    hand_over(chat, ticket)
    await announce(chat, ticket)
    say_queued(chat, ticket)
    return None


async def _note_last_order(chat: Chat, ticket: Ticket) -> None:
    """The agent sees the order; the case itself is about nothing yet."""
    await prefill(chat, ticket)
    if not names_in(chat):
        ticket.item = None


def say_queued(chat: Chat, ticket: Ticket, *, again: bool = False) -> None:
    """Place and time, where it was asked; in private an invitation to say more."""
    if not staffed(chat, ticket):
        opening = next_opening(chat.shop.settings, chat.now)
        place = ahead_of(chat.shop, ticket) + 1
        _say_where_asked(chat, ticket, after_hours(chat, opening, place))
        return
    ahead, minutes = promise(chat, ticket)
    text = queued(chat, ticket, ahead, minutes, private=chat.private)
    _say_where_asked(chat, ticket, text)
    if not chat.private and not again:
        who = short_name(agent_name(chat, ticket.assignee))
        more = "" if ticket.item else "您可以先说说是什么事，我转给他。"
        tell_customer(chat, ticket, f"{ticket.label} {who}会在这里回您。{more}")


def _say_where_asked(chat: Chat, ticket: Ticket, text: str) -> None:
    if chat.private:
        tell_customer(chat, ticket, text, urgency="handoff")
    else:
        chat.reply(text, mention=True, urgency="handoff")


async def _human_again(chat: Chat, ticket: Ticket, category: str) -> None:
    """人工 from somebody whose case runs already: the same case, a person now."""
    from_customer(chat, ticket)
    worse = graver(chat, ticket, category) if category == "legal" else False
    if worse:
        ticket.fact(words=mask_private(said(chat))[:120])
        alarm(chat, ticket, "要投诉，请亲自回复")
    go_on(chat, ticket)
    already = ticket.facts.get("handed_at") is not None and ticket.awaits_human
    hand_over(chat, ticket)
    customer_waits(chat, ticket)
    if ticket.human_active(chat.now):
        relay_to_desk(chat, ticket)
        who = short_name(agent_name(chat, ticket.assignee))
        chat.reply(f"{ticket.label} {who}正在处理，已替您催了。", mention=True)
        return
    if already:
        relay_to_desk(chat, ticket)
        say_queued(chat, ticket, again=True)
        return
    await announce(chat, ticket, title="转人工")
    say_queued(chat, ticket)
