"""What an agent can do with a case: one rule, asked for from the agents' room and from the web desk."""

from handlers import Turn
from handlers.tickets.base import (
    NothingToSay,
    agent_name,
    customer_name,
    history,
    record,
    short_name,
    tell_customer,
    tell_desk,
)
from handlers.tickets.queueing import customer_waits, go_on, hand_out_queue, hand_to_next, set_timers
from handlers.tickets.slots import ASKED
from handlers.tickets.words import card
from storage.flows import Flow
from storage.secrets import ADDRESS, HOUSEHOLD, PHONE, reveal
from storage.tickets import (
    HeldBy,
    State,
    Ticket,
    TicketEnded,
    desk_agent,
    past_of,
    present_agents,
    running,
    ticket_by_number,
)
from storage.tickets.clock import pause_clock
from storage.tickets.labels import STATES
from storage.tickets.tables import REOPENING

CSAT = "csat"
"""The one-digit question after a case is resolved (E16)."""
CONTACTS = {PHONE: "手机", ADDRESS: "地址", HOUSEHOLD: "门牌"}
CSAT_QUESTION = "{label} 处理好了。解决了吗？1满意 2一般 3没解决"


async def find(turn: Turn, number: int) -> Ticket:
    """The case of this number. Raises NoTicket."""
    return await ticket_by_number(turn.shop, number)


def _works_on(turn: Turn, agent: str, ticket: Ticket) -> None:
    """The agent may act on the case, and it becomes his. Raises HeldBy, TicketEnded."""
    if ticket.assignee not in (None, agent) and not ticket.claimed:
        ticket.give(agent)
    ticket.claim(agent, turn.now, holder=_holder(turn, ticket))
    desk_agent(turn.shop, agent).current = ticket.number


def _holder(turn: Turn, ticket: Ticket) -> str:
    return short_name(agent_name(turn, ticket.assignee))


def take(turn: Turn, agent: str, ticket: Ticket) -> None:
    """The agent acts on the case: it is his, and the bot asks nothing more. Raises HeldBy."""
    _works_on(turn, agent, ticket)
    _no_more_questions(turn, ticket)
    set_timers(turn, ticket, agent_moved=True)


async def claim(turn: Turn, agent: str, number: int) -> Ticket:
    """Take a case: nobody else may answer it now (E11). Raises HeldBy, TicketEnded, NoTicket."""
    ticket = await find(turn, number)
    ticket.claim(agent, turn.now, holder=_holder(turn, ticket))
    desk_agent(turn.shop, agent).current = ticket.number
    record(turn, ticket, "event", f"{agent_name(turn, agent)}接单", person_id=agent)
    set_timers(turn, ticket, agent_moved=True)
    return ticket


async def reply(turn: Turn, agent: str, number: int, text: str) -> Ticket:
    """The agent's words go to the customer in private (E9). Raises HeldBy, NothingToSay, TicketEnded."""
    text = text.strip()
    if not text:
        raise NothingToSay
    ticket = await find(turn, number)
    if ticket.state == State.CLOSED:
        raise TicketEnded(label=ticket.label)
    if not ticket.ended:
        _works_on(turn, agent, ticket)
        go_on(turn, ticket)
        ticket.answered(turn.now)
        ticket.fact(passed=None, told_wait=None)
        set_timers(turn, ticket, agent_moved=True)
    name = agent_name(turn, agent)
    turn.say_to(ticket.customer_id, f"{name}：{text}", urgency="handoff")
    outbox = turn.shop.row.counters["outbox"]  # the desk shows how the sending goes
    record(turn, ticket, "agent", text, person_id=agent, name=name, message=turn.cause, outbox=outbox)
    _no_more_questions(turn, ticket)
    return ticket


def answered_elsewhere(turn: Turn, agent: str | None, ticket: Ticket, text: str) -> None:
    """A person answered the customer in the group: the bot keeps quiet (E10). None: a leader."""
    if agent is not None and not ticket.claimed:
        ticket.give(agent)
    go_on(turn, ticket)
    ticket.answered(turn.now)
    set_timers(turn, ticket, agent_moved=True)
    name = agent_name(turn, agent) if agent is not None else "团长"
    record(turn, ticket, "agent", text, person_id=agent, name=name)
    _no_more_questions(turn, ticket)


def _no_more_questions(turn: Turn, ticket: Ticket) -> None:
    for flow in turn.rows(Flow).by("person_id", ticket.customer_id):
        asked = flow.kind == "asked" and flow.data.get("kind") == ASKED
        if asked or flow.kind == ASKED:
            turn.rows(Flow).drop(flow)


async def note(turn: Turn, agent: str, number: int, text: str) -> Ticket:
    """A private note: it is written down and goes nowhere (E12)."""
    if not text.strip():
        raise NothingToSay
    ticket = await find(turn, number)
    record(turn, ticket, "note", text.strip(), person_id=agent, name=agent_name(turn, agent))
    desk_agent(turn.shop, agent).current = ticket.number
    return ticket


async def contact(turn: Turn, agent: str, number: int) -> tuple[Ticket, list[str]]:
    """Phone and address of the customer, for this agent alone; that he looked is on record (L3)."""
    ticket = await find(turn, number)
    told = [
        f"{words} {value}"
        for kind, words in CONTACTS.items()
        if (value := reveal(turn.shop, ticket.customer_id, kind)) is not None
    ]
    record(turn, ticket, "event", f"{agent_name(turn, agent)}查看联系方式", person_id=agent)
    return ticket, told


async def transfer(turn: Turn, agent: str, number: int, to: str) -> Ticket:
    """Hand the case to another agent, with all that is known (G4). Raises HeldBy, TicketEnded."""
    ticket = await find(turn, number)
    if ticket.ended:
        raise TicketEnded(label=ticket.label)
    if ticket.claimed and ticket.assignee not in (None, agent):
        raise HeldBy(label=ticket.label, holder=_holder(turn, ticket))
    ticket.give(to)
    place = desk_agent(turn.shop, to)
    place.last_given = turn.shop.next_number("given")
    record(
        turn,
        ticket,
        "event",
        f"{agent_name(turn, agent)}转给{agent_name(turn, to)}",
        person_id=agent,
    )
    set_timers(turn, ticket, agent_moved=True)
    past = await past_of(turn.shop, ticket.customer_id, ticket.number)
    told = (await history(turn, ticket, "customer", "agent"))[-6:]
    tell_desk(turn, ticket, card(turn, ticket, told, past, title="转单"), call=True)
    return ticket


async def hold(turn: Turn, agent: str, number: int, state: State) -> Ticket:
    """Wait for the supplier, the customer or time: no clock runs meanwhile (G7)."""
    ticket = await find(turn, number)
    _works_on(turn, agent, ticket)
    pause_clock(ticket, turn.shop.settings, turn.now)
    ticket.hold(state)
    record(turn, ticket, "event", STATES[state], person_id=agent)
    set_timers(turn, ticket)
    return ticket


async def resume(turn: Turn, agent: str, number: int) -> Ticket:
    """Go on with a case that waited."""
    ticket = await find(turn, number)
    _works_on(turn, agent, ticket)
    go_on(turn, ticket)
    record(turn, ticket, "event", "继续处理", person_id=agent)
    set_timers(turn, ticket, agent_moved=True)
    return ticket


async def resolve(turn: Turn, agent: str, number: int) -> Ticket:
    """Done: the customer is asked for one digit, in private (G6, E16). Raises HeldBy, TicketEnded."""
    ticket = await find(turn, number)
    if ticket.ended:
        raise TicketEnded(label=ticket.label)
    if ticket.claimed and ticket.assignee not in (None, agent):
        raise HeldBy(label=ticket.label, holder=_holder(turn, ticket))
    if ticket.first_response_at is None:
        ticket.first_response_at = turn.now
    ticket.fact(resolved_by=agent, handed_at=None, passed=None)
    ticket.resolve(turn.now)
    record(turn, ticket, "event", "完成", person_id=agent)
    set_timers(turn, ticket)
    _no_more_questions(turn, ticket)
    ask_satisfaction(turn, ticket)
    turn.timer("ticket_close", str(ticket.number), turn.now + REOPENING)
    return ticket


def ask_satisfaction(turn: Turn, ticket: Ticket) -> None:
    """1 satisfied, 2 so-so, 3 not solved."""
    question = CSAT_QUESTION.format(label=ticket.label)
    minutes = REOPENING.total_seconds() / 60
    turn.remember(CSAT, None, ticket.customer_id, minutes, question=question, ticket=ticket.number)
    turn.remember("asked", None, ticket.customer_id, minutes, kind=CSAT, question=question)
    tell_customer(turn, ticket, question, urgency="handoff")


async def reopen(turn: Turn, agent: str, number: int) -> Ticket:
    """Take a resolved case up again. Raises TicketRunning, TooLate."""
    ticket = await find(turn, number)
    ticket.reopen(turn.now)
    turn.cancel_timer("ticket_close", str(ticket.number))
    ticket.claim(agent, turn.now)
    desk_agent(turn.shop, agent).current = ticket.number
    record(turn, ticket, "event", "重开", person_id=agent)
    customer_waits(turn, ticket)
    return ticket


async def merge(turn: Turn, agent: str, number: int, other: int) -> Ticket:
    """Two cases of one customer become one: the first named stays (G10). Raises NotMergeable."""
    keep, gone = await find(turn, number), await find(turn, other)
    gone.merge_into(keep, turn.now)
    gone.give(None)
    if gone.first_response_at and keep.first_response_at is None:
        keep.first_response_at = gone.first_response_at
    set_timers(turn, gone)
    set_timers(turn, keep)
    record(turn, keep, "event", f"并入 {gone.label}", person_id=agent)
    record(turn, gone, "event", f"并到 {keep.label}", person_id=agent)
    desk_agent(turn.shop, agent).current = keep.number
    return keep


async def come_on(turn: Turn, agent: str) -> list[Ticket]:
    """The agent is at the desk; what waits is given out. The cases that were."""
    desk_agent(turn.shop, agent).present = True
    return hand_out_queue(turn)


async def go_off(turn: Turn, agent: str) -> list[Ticket]:
    """The agent leaves: the cases go to the next one or the queue (G9). The cases that moved."""
    desk_agent(turn.shop, agent).present = False
    moved = [t for t in running(turn.shop) if t.assignee == agent]
    for ticket in moved:
        hand_to_next(turn, ticket, but=agent)
        record(turn, ticket, "event", f"{agent_name(turn, agent)}下线，转出", person_id=agent)
        set_timers(turn, ticket, agent_moved=True)
    for ticket in moved:
        if ticket.assignee is not None:
            who = short_name(agent_name(turn, ticket.assignee))
            tell_desk(turn, ticket, f"{ticket.label} {customer_name(turn, ticket)} 转给{who}", call=True)
    return moved


def nobody_left(turn: Turn) -> bool:
    """Nobody is at the desk."""
    return not present_agents(turn.shop)
