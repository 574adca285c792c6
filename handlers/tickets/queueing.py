"""Who gets a case and which timers run on it: giving, calling, chasing."""

from datetime import datetime, timedelta

from handlers import Turn
from handlers.tickets.base import agent_name, record
from storage.tickets import Ticket, ahead_of, desk_agent, helper_of, next_agent, present_agents, queue
from storage.tickets.clock import (
    SILENCE,
    due_after,
    is_open,
    next_opening,
    resume_clock,
    solving_warning_at,
    start_clock,
    target,
    warning_at,
)
from storage.timers import Timer

WARNING, BREACH, PROMISE = "sla_warning", "sla_breach", "promise"
SOLVING_WARNING, SOLVING_BREACH = "solving_warning", "solving_breach"
SILENT, OPENS = "agent_silence", "desk_opens"
MINUTES_EACH = 5
"""What a case takes before the next is looked at, for the estimate that is promised."""
CHASED_BEFORE = 0.2
"""The share of a promised time that is left when the bot chases the agent."""


def staffed(turn: Turn, ticket: Ticket) -> bool:
    """Whether somebody works on this kind of case now; safety knows no closing time."""
    return ticket.urgent or is_open(turn.shop.settings, turn.now)


def customer_waits(turn: Turn, ticket: Ticket) -> None:
    """From now on a human word is owed: clock, agent and timers; what waits for others goes on waiting."""
    if ticket.paused:
        return
    start_clock(ticket, turn.shop.settings, turn.now)
    if not staffed(turn, ticket):
        _call_at_opening(turn)
    elif ticket.assignee is None or ticket.assignee not in present_agents(turn.shop):
        hand_to_next(turn, ticket)
    set_timers(turn, ticket)


def go_on(turn: Turn, ticket: Ticket) -> None:
    """What was waited for is there: the clocks go on with what was left."""
    ticket.resume()
    resume_clock(ticket, turn.shop.settings, turn.now)


def _call_at_opening(turn: Turn) -> None:
    turn.timer(OPENS, "desk", next_opening(turn.shop.settings, turn.now))


def hand_to_next(turn: Turn, ticket: Ticket, *, but: str | None = None) -> str | None:
    """Give it to the present agent who knows it or whose turn it is; without one it waits (E6)."""
    known = helper_of(turn.shop, ticket)
    if known in ticket.facts.get("passed", ()):
        known = None
    who = next_agent(turn.shop, ticket.category, but=but, known=known)
    ticket.give(who)
    if who is not None:
        place = desk_agent(turn.shop, who)
        place.last_given = turn.shop.next_number("given")
        record(turn, ticket, "event", f"分给{agent_name(turn, who)}", person_id=who)
    return who


def set_timers(turn: Turn, ticket: Ticket, *, agent_moved: bool = False) -> None:
    """Set what must happen if nobody answers; take it back when nothing is owed."""
    settings, ref = turn.shop.settings, str(ticket.number)
    _set_solving_timers(turn, ticket)
    for kind in (WARNING, PROMISE):
        turn.cancel_timer(kind, ref)
    if not ticket.awaits_human or ticket.due_at is None:
        for kind in (BREACH, SILENT):
            turn.cancel_timer(kind, ref)
        return
    warned = warning_at(ticket, settings, turn.now)
    if warned is not None:
        turn.timer(WARNING, ref, warned)
    if ticket.due_at > turn.now:
        turn.timer(BREACH, ref, ticket.due_at)
    chase = chase_at(ticket)
    if chase is not None and chase > turn.now:
        turn.timer(PROMISE, ref, chase)
    _watch(turn, ticket, moved=agent_moved)


def _set_solving_timers(turn: Turn, ticket: Ticket) -> None:
    """The time to a first solution runs beside the time to an answer, and stops with it."""
    warned = solving_warning_at(ticket, turn.shop.settings, turn.now)
    over = ticket.solve_by if ticket.solve_by is not None and ticket.solve_by > turn.now else None
    ref = str(ticket.number)
    for kind, due in ((SOLVING_WARNING, warned), (SOLVING_BREACH, over)):
        running = turn.rows(Timer).get((kind, ref))
        if due is None:
            turn.cancel_timer(kind, ref)
        elif running is None or running.due != due:
            turn.timer(kind, ref, due)


def chase_at(ticket: Ticket) -> datetime | None:
    """When the agent is chased for a promise that ends before the SLA does."""
    if ticket.promised_at is None or ticket.due_at is None or ticket.waiting_since is None:
        return None
    if ticket.promised_at >= ticket.due_at:
        return None
    return ticket.promised_at - (ticket.promised_at - ticket.waiting_since) * CHASED_BEFORE


def _watch(turn: Turn, ticket: Ticket, *, moved: bool) -> None:
    ref = str(ticket.number)
    if ticket.assignee is None:
        turn.cancel_timer(SILENT, ref)
        return
    running = turn.rows(Timer).get((SILENT, ref))
    if running is not None and not moved and running.data.get("agent") == ticket.assignee:
        return
    due = due_after(ticket, turn.shop.settings, turn.now, SILENCE)
    turn.timer(SILENT, ref, due, agent=ticket.assignee)


def promise(turn: Turn, ticket: Ticket) -> tuple[int, int]:
    """Make a promise that is a timer: how many wait before, and in how many minutes (U15)."""
    ahead = ahead_of(turn.shop, ticket)
    agents = max(len(present_agents(turn.shop)), 1)
    longest = int(target(ticket, turn.shop.settings) / timedelta(minutes=1))
    minutes = max(min(MINUTES_EACH * (ahead // agents + 1), longest), 1)
    ticket.promised_at = due_after(ticket, turn.shop.settings, turn.now, timedelta(minutes=minutes))
    set_timers(turn, ticket)
    return ahead, minutes


def hand_out_queue(turn: Turn) -> list[Ticket]:
    """Give the waiting cases to those who are present; which ones were given."""
    given = []
    for ticket in queue(turn.shop):
        if ticket.assignee is None and staffed(turn, ticket):
            if hand_to_next(turn, ticket) is None:
                break
            set_timers(turn, ticket, agent_moved=True)
            given.append(ticket)
    return given
