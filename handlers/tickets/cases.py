"""A case begins, or a running one gets graver: the ticket, what the ledger knows, the desk is told."""

from handlers import Chat
from handlers.tickets.base import customer_name, history, keep_listening, record, tell_desk, tell_lead
from handlers.tickets.photos import take_picture
from handlers.tickets.queueing import customer_waits, go_on, set_timers
from handlers.tickets.words import KINDS, card, said
from storage.people import HAS_CASES, HUMAN_FIRST
from storage.privacy import mask_private
from storage.tickets import COMPLAINTS, State, Ticket, TicketLine, past_of
from storage.tickets.bought import Bought, about, bought_by, catalogue_names
from storage.tickets.clock import solve_by, tighten
from storage.tickets.tables import TALK_KEPT

TALK = 10
"""Lines of talk before a case that go into it (E8)."""
_GRAVITY = {"safety": 4, "legal": 3, "counterfeit": 2, "human": 0, "other": 0}


def priority_of(category: str) -> str:
    """Contract §3: safety and legal urgent, other complaints high."""
    if category in ("safety", "legal"):
        return "urgent"
    return "high" if category in COMPLAINTS else "normal"


def names_in(chat: Chat) -> list[str]:
    """What the message calls the goods: catalogue names and words as written."""
    meaning = chat.meaning
    found: list[str] = []
    if meaning.product is not None:
        found += [meaning.product.product or "", meaning.product.mention]
    for item in meaning.items:
        found += [item.product or "", item.mention or ""]
    return [name for name in dict.fromkeys(found) if name and not name.startswith("@")]


async def prefill(chat: Chat, ticket: Ticket, item: str | None = None) -> list[Bought]:
    """Fill in item, quantity and price from the ledger; the orders between which it is open (E2)."""
    bought = await bought_by(chat.shop, ticket.customer_id, chat.now)
    names = [item] if item else catalogue_names(chat.shop, names_in(chat))
    vague = chat.meaning.product is not None and len(chat.meaning.product.mention) == 1
    if bought and not item and vague and not any(b.called(name) for b in bought for name in names):
        names = []  # 肉 may be 肋排, too
    order, several = about(bought, names, ticket.room_id)
    if order is not None:
        adopt_order(ticket, order)
        return []
    if names and ticket.item is None:
        ticket.item = chat.meaning.product.product if chat.meaning.product else names[0]
        ticket.item = ticket.item or names[0]
    return several if not names else []


def adopt_order(ticket: Ticket, order: Bought) -> None:
    """The case is about this order."""
    ticket.item = order.item
    ticket.fact(
        group_buy=order.group_buy,
        code=order.code,
        ordered_item=order.item,
        ordered=str(order.quantity),
        unit=order.unit,
        price_fen=order.price_fen,
        household=order.household,
        payment=order.payment,
        stage=str(order.stage),
        product=order.product_id,
    )


def new_ticket(chat: Chat, category: str) -> Ticket:
    """A case of the sender, with the talk before it."""
    ticket = chat.rows(Ticket).add(
        Ticket(
            tenant_id=chat.shop.tenant,
            number=chat.shop.next_number("ticket", 101),
            category=category,
            priority=priority_of(category),
            customer_id=chat.person_id,
            room_id=chat.room_id,
            opened_at=chat.now,
            last_customer_at=chat.now,
        )
    )
    chat.shop.mark_loaded(TicketLine, ticket.number)
    person = chat.person(chat.person_id)
    person.remember_once(HAS_CASES, ticket.number)
    if person.marks.get(HUMAN_FIRST):
        ticket.fact(human_first=True)
    ticket.fact(words=mask_private(said(chat))[:120])
    ticket.solve_by = solve_by(ticket, chat.shop.settings)
    for line in [told for told in chat.recent if told.id != chat.message.id][-TALK:]:
        record(
            chat,
            ticket,
            "before",
            line.text or KINDS.get(line.kind, f"[{line.kind}]"),
            person_id=line.person_id,
            name=line.name,
            message=line.id,
            at=line.at,
        )
    keep_listening(chat, ticket)
    chat.timer("ticket_retention", str(ticket.number), chat.now + TALK_KEPT)
    return ticket


def from_customer(chat: Chat, ticket: Ticket) -> None:
    """The customer said something about the case: it is on record."""
    record(
        chat,
        ticket,
        "customer",
        said(chat),
        person_id=chat.person_id,
        name=chat.sender,
        message=chat.message.id,
    )
    take_picture(chat, ticket)
    ticket.last_customer_at = chat.now
    keep_listening(chat, ticket)
    if ticket.state == State.WAITING_CUSTOMER:
        go_on(chat, ticket)


async def announce(chat: Chat, ticket: Ticket, *, title: str = "") -> None:
    """The case comes into the agents' room with all that is known."""
    customer_waits(chat, ticket)
    before = [line for line in await history(chat, ticket, "before") if line.person_id != "bot"]
    past = await past_of(chat.shop, ticket.customer_id, ticket.number)
    tell_desk(chat, ticket, card(chat, ticket, before[-5:], past, title=title), call=True)


def hand_over(chat: Chat, ticket: Ticket) -> None:
    """The customer wants a person: from now on the bot does not talk in between."""
    ticket.fact(handed_at=chat.now.isoformat())
    record(chat, ticket, "event", "客户要真人")


def graver(chat: Chat, ticket: Ticket, category: str) -> bool:
    """The new words make it another kind of case; True when the desk must hear of it."""
    if category == ticket.category or _weight(category) <= _weight(ticket.category):
        return False
    go_on(chat, ticket)
    ticket.category = category
    ticket.priority = priority_of(category)
    tighten(ticket, chat.shop.settings)
    set_timers(chat, ticket)
    return True


def _weight(category: str) -> int:
    return _GRAVITY.get(category, 1)


def alarm(chat: Chat, ticket: Ticket, words: str) -> None:
    """Safety and legal words reach the leader and the lead at once, at any hour (E21, E22)."""
    name = customer_name(chat, ticket)
    text = f"‼️{ticket.label} {name}：{words}\n原话：{ticket.facts.get('words', '')}"
    room = ticket.room_id or chat.person(ticket.customer_id).marks.get("room") or ""
    leaders = chat.shop.leaders_of(room)
    if leaders:
        chat.say_to(leaders[0], text, urgency="handoff")
    lead = chat.shop.settings.lead
    if lead is not None and lead not in leaders[:1]:
        chat.say_to(lead, text, urgency="handoff")
    if not leaders and lead is None:
        tell_lead(chat, ticket, text)
