"""The goods behind the cases: the sale of an item is stopped, three complaints become one incident."""

from datetime import datetime, timedelta

from handlers import Chat, Turn
from handlers.tickets.base import record, tell_customer, tell_desk, when
from handlers.tickets.queueing import set_timers
from storage.group_buys import GroupBuy, Item, SignUp, items_changed, rooms_of
from storage.incidents import Incident, cluster, incident_of, new_incident, tickets_of
from storage.tickets import Ticket
from storage.tickets.clock import after, is_open, next_opening
from storage.tickets.labels import CATEGORIES
from storage.tickets.tables import COMPLAINTS

ANSWER_WITHIN_HOURS = 4


def stop_sale(turn: Turn, item: str | None, reason: str) -> list[Item]:
    """Pause an item in every live group buy; what was paused just now (E14, E21)."""
    if item is None:
        return []
    paused = []
    for group_buy in turn.rows(GroupBuy):
        if not group_buy.collecting:
            continue
        for row in turn.rows(Item).by("group_buy", group_buy.number):
            if row.name == item and not row.paused:
                row.paused = True
                paused.append(row)
                items_changed(turn.shop, group_buy)
    for row in paused:
        turn.why(f"sale of {row.name} in {row.group_buy} paused: {reason}")
    return paused


def join_incident(chat: Chat, ticket: Ticket) -> Incident | None:
    """The incident that the case has come to belong to just now, an old or a new one."""
    item = ticket.item
    if item is None or ticket.incident is not None:
        return None
    if ticket.category not in COMPLAINTS and not ticket.urgent:
        return None
    known = incident_of(chat.shop, item, chat.now)
    if known is not None:
        known.attach(ticket, chat.now)
        tell_desk(chat, ticket, f"{ticket.label} 并入 {known.label}（{item}）")
        return known
    near = cluster(chat.rows(Ticket), item, chat.now)
    return _declare(chat, near, item) if near else None


def _declare(chat: Chat, near: list[Ticket], item: str) -> Incident:
    settings = chat.shop.settings
    start = chat.now if is_open(settings, chat.now) else next_opening(settings, chat.now)
    promised = _round_up(after(settings, start, _hours()))
    incident = new_incident(chat.shop, near, item, chat.now, promised)
    paused = stop_sale(chat, item, incident.label)
    chat.timer("incident_promise", str(incident.number), promised - _hours() / 5)
    until = when(chat, promised)
    count = len({ticket.customer_id for ticket in near})
    for room in incident.rooms:
        chat.say_in(
            room,
            f"{item}今天已有{count}户反馈，统一登记为 {incident.label}，团长已收到并转供应商，"
            f"{until}前给方案。\n新情况直接私聊我，不用在群里发图。" + ("先暂停接单。" if paused else ""),
            urgency="handoff",
        )
    tell_desk(chat, None, evidence(incident, near) + f"\n{until}前要给大家方案。")
    for room in incident.rooms or [_any_room(chat, near)]:
        stopped = "已暂停接单，" if paused else ""
        chat.say_to_leaders(room, f"{evidence(incident, near)}\n{stopped}请转供应商；{until}前给方案。")
    _tell_others_paused(chat, incident, paused)
    for ticket in near:
        if ticket.customer_id != chat.person_id:
            tell_customer(chat, ticket, joined_words(chat, incident, ticket))
    return incident


def _tell_others_paused(chat: Chat, incident: Incident, paused: list[Item]) -> None:
    """Rooms that sell the item but did not complain hear only that it is paused."""
    for row in paused:
        group_buy = chat.rows(GroupBuy).get(row.group_buy)
        for room in rooms_of(group_buy) if group_buy is not None else []:
            if room not in incident.rooms:
                chat.say_in(room, f"{row.code} {row.name}先暂停接单，核实后再通知。", urgency="result")


def joined_words(turn: Turn, incident: Incident, ticket: Ticket) -> str:
    """What the customer of a case hears about the incident it belongs to."""
    until = when(turn, incident.promised_at)
    later = f"{until}前告诉您方案" if incident.promised_at > turn.now else "方案正在定"
    return f"{ticket.label} 已并入 {incident.label}：{incident.item}不止您一户，团长在找供应商，{later}。"


def evidence(incident: Incident, tickets: list[Ticket]) -> str:
    """What leader and supplier need: who, what, how many photos (U7, E26)."""
    lines = [f"‼️{incident.label} {incident.item}：2小时内{len(tickets)}单"]
    for ticket in tickets:
        photos = ticket.facts.get("photos")
        lines.append(
            f"{ticket.label} {CATEGORIES[ticket.category]}"
            + (f" 照片{photos}张" if photos else "")
            + f" {ticket.facts.get('words', '')[:30]}"
        )
    return "\n".join(lines)


async def answer_all(turn: Turn, incident: Incident, text: str, name: str) -> int:
    """One answer to every customer of an incident, each in private; how many heard it."""
    told = 0
    for ticket in tickets_of(turn.shop, incident):
        if ticket.ended:
            continue
        turn.say_to(ticket.customer_id, f"{name}（{incident.label} {incident.item}）：{text}")
        ticket.answered(turn.now)
        record(turn, ticket, "agent", text, name=name)
        set_timers(turn, ticket)
        told += 1
    incident.state, incident.answer = "answered", {"text": text, "at": turn.now.isoformat()}
    turn.cancel_timer("incident_promise", str(incident.number))
    return told


async def tell_buyers(turn: Turn, ticket: Ticket, text: str) -> int:
    """A word to all who bought what the case is about, each in private; how many."""
    number, code = ticket.facts.get("group_buy"), ticket.facts.get("code")
    if number is None:
        return 0
    lines = await turn.load(SignUp, number)
    buyers = dict.fromkeys(
        line.buyer_id
        for line in sorted(lines, key=lambda line: line.order)
        if line.buyer_id and line.state == "active" and code in line.items
    )
    for buyer in buyers:
        if buyer is not None:
            turn.say_to(buyer, f"关于团{number} {ticket.item}：{text}", urgency="handoff")
    return len(buyers)


def _round_up(moment: datetime) -> datetime:
    """The next half hour: people promise round times."""
    past = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (timedelta(minutes=30) - past if past else past)


def _hours() -> timedelta:
    return timedelta(hours=ANSWER_WITHIN_HOURS)


def _any_room(turn: Turn, tickets: list[Ticket]) -> str:
    rooms = [turn.person(t.customer_id).marks.get("room") for t in tickets]
    return next((str(room) for room in rooms if room), "")
