"""The customer of a running case: his words go to the desk, and the bot knows when to be quiet."""

from datetime import datetime, timedelta

from handlers import Chat
from handlers.tickets import cues
from handlers.tickets.base import history
from handlers.tickets.cases import from_customer
from handlers.tickets.desk import CSAT, answered_elsewhere
from handlers.tickets.intake import relay_to_desk, told_to_a_person
from handlers.tickets.proposals import propose_by_rule
from handlers.tickets.queueing import customer_waits, set_timers, staffed
from handlers.tickets.slots import (
    ASKED,
    ask_missing,
    forget_question,
    learn,
    missing,
)
from handlers.tickets.words import said, status
from storage.group_buys import in_room
from storage.tickets import State, Ticket, of_customer
from storage.tickets.bought import bought_by
from storage.tickets.tables import ACTIVE

REFUND_ASKED = "refund_arrived"
"""The flow that waits for the word whether a refund has come; the case may be closed by then."""
OURS = (ASKED, CSAT, "case_over")
"""The questions that after-sales asks."""


def may_have_case(chat: Chat) -> bool:
    """Cheap: whether any case of the sender can go on or be reopened, or its money is asked about."""
    if chat.rows(Ticket).by("customer_id", chat.person_id):
        return True
    return chat.recall_flow(REFUND_ASKED, None, chat.person_id) is not None


def case_of(chat: Chat) -> Ticket | None:
    """The sender's running case that was spoken of last."""
    found = of_customer(chat.shop, chat.person_id)
    return found[0] if found else None


def quiet_towards(chat: Chat, ticket: Ticket) -> bool:
    """A human talks with him, or he was promised one just now: the bot does not talk in between."""
    if ticket.human_active(chat.now):
        return True
    handed = ticket.facts.get("handed_at")
    if handed is None or not ticket.awaits_human or not staffed(chat, ticket):
        return False
    return chat.now < datetime.fromisoformat(handed) + ACTIVE


def is_answer_in_group(chat: Chat) -> bool:
    """An agent or a leader speaks to a customer with a case, in the group, by @ or by quote."""
    if chat.private or not (chat.is_agent or chat.is_leader) or not chat.meaning.silent:
        return False
    return any(of_customer(chat.shop, who) for who in _spoken_to(chat))


def _spoken_to(chat: Chat) -> list[str]:
    quoted = chat.message.quote_person
    return [*chat.message.mentions, *([quoted] if quoted else [])]


async def human_spoke(chat: Chat) -> bool:
    """A person answered by another door: that counts, and the bot keeps quiet (E10)."""
    for who in _spoken_to(chat):
        for ticket in of_customer(chat.shop, who)[:1]:
            answered_elsewhere(chat, chat.person_id if chat.is_agent else None, ticket, said(chat))
    return False


async def while_human_talks(chat: Chat) -> bool | None:
    """While a human is at work the customer's words go to him; sign-ups still count (E10)."""
    ticket = case_of(chat)
    if ticket is None or not quiet_towards(chat, ticket):
        return False
    meaning = chat.meaning
    if meaning.fine in cues.OWN_AFFAIRS or meaning.intent.startswith("leader_"):
        return False
    if meaning.flags & {"safety", "legal"}:
        return False  # the case gets graver, which more people must hear
    asked = chat.recall_flow("asked", chat.room_id, chat.person_id)
    if asked is not None and asked.get("kind") not in OURS:
        return False  # the answer to a question about an order is awaited
    if meaning.intent in cues.OPERATIONS and can_order(chat) and not cues.GIVES_UP.match(chat.text):
        return False
    if chat.private or _about_case(chat):
        if cues.ANYBODY.match(chat.text) or meaning.intent == "ask_human":
            return False
        await told_to_a_person(chat, ticket)
        learn(chat, ticket)
        forget_question(chat, ticket)
        await to_desk(chat, ticket)
    return None


def can_order(chat: Chat) -> bool:
    """Something can be signed up for here, so that short words can mean that."""
    room = chat.room_id or chat.person(chat.person_id).marks.get("room")
    return room is not None and any(g.collecting for g in in_room(chat.shop, str(room)))


def just_spoke(chat: Chat, ticket: Ticket) -> bool:
    """The case was spoken of a moment ago."""
    last = ticket.last_customer_at
    return last is not None and chat.now - last <= timedelta(minutes=10)


def _about_case(chat: Chat) -> bool:
    meaning = chat.meaning
    return (
        chat.message.addressed
        or meaning.intent in ("complaint", "ask_human")
        or chat.message.kind == "image"
        or cues.STATUS.search(chat.text) is not None
        or cues.AGAIN.search(chat.text) is not None
        or cues.ANYBODY.match(chat.text) is not None
    )


async def to_desk(chat: Chat, ticket: Ticket) -> None:
    """The words go into the case and to the agents; the customer waits for an answer."""
    over = await _ends_the_talk(chat, ticket)
    from_customer(chat, ticket)
    if not over:
        customer_waits(chat, ticket)
    relay_to_desk(chat, ticket)


async def _ends_the_talk(chat: Chat, ticket: Ticket) -> bool:
    """“好的谢谢” after an answer: nothing more is owed. After a question it is an answer."""
    if ticket.state == State.WAITING_CUSTOMER or cues.THANKS.fullmatch(chat.text.strip()) is None:
        return False
    told = await history(chat, ticket, "agent")
    return bool(told) and cues.ASKED.search(told[-1].text) is None


async def photo(chat: Chat) -> bool | None:
    """A photo: of a running case, or the first sign of a new one (H16)."""
    ticket = case_of(chat)
    if ticket is not None:
        if not chat.private and missing(ticket) != "photo" and not just_spoke(chat, ticket):
            return False
        learn(chat, ticket)
        await to_desk(chat, ticket)
        await propose_by_rule(chat, ticket)
        return None
    return await _photo_first(chat)


async def _photo_first(chat: Chat) -> bool | None:
    """Photos without words from somebody whose goods came within a day: likely a complaint."""
    if chat.roles:
        return False
    kept = chat.recall_flow("photos", None, chat.person_id)
    if kept is not None:
        count, shown = int(kept["count"]) + 1, [*kept.get("messages", ()), chat.message.id]
        chat.remember("photos", None, chat.person_id, 24 * 60, count=count, messages=shown)
        return None
    if not await _goods_just_came(chat):
        return False
    chat.remember("photos", None, chat.person_id, 24 * 60, count=1, messages=[chat.message.id])
    chat.whisper("照片收到。是东西有问题吗？说一句哪里不好，我来登记。")
    return None


async def _goods_just_came(chat: Chat) -> bool:
    bought = await bought_by(chat.shop, chat.person_id, chat.now)
    if chat.private and bought:
        return bought[0].delivered
    day = timedelta(hours=24)
    return any(
        order.delivered
        and (chat.room_id is None or order.room_id == chat.room_id)
        and order.arrived_at is not None
        and chat.now - order.arrived_at <= day
        for order in bought
    )


async def anything_else(chat: Chat) -> bool | None:
    """Other private words of somebody whose case is open go into the case (E9)."""
    ticket = case_of(chat)
    if ticket is None:
        return False
    if cues.ANYBODY.match(chat.text):
        await _anybody(chat, ticket)
        return None
    if not chat.private or not chat.meaning.silent:
        return False
    learned = learn(chat, ticket)
    await to_desk(chat, ticket)
    if learned and missing(ticket) is not None:
        ask_missing(chat, ticket, [], opening="收到。")
    else:
        await propose_by_rule(chat, ticket)
        set_timers(chat, ticket)
        chat.reply(f"已补充到 {ticket.label}，转给客服了。")
    return None


async def _anybody(chat: Chat, ticket: Ticket) -> None:
    """人呢 from somebody with a case: he is owed a person (contract §9.9)."""
    await to_desk(chat, ticket)
    chat.reply(
        status(chat, ticket) if chat.private else f"{ticket.label} 已催客服，马上私聊您。", mention=True
    )
