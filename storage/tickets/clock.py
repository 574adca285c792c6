"""The desk's clocks: working time, who is owed an answer when, and what a pause leaves over."""

from datetime import datetime, time, timedelta

from storage.settings import Hours, Settings
from storage.tickets.tables import COMPLAINTS, Ticket

WARN_AT = 0.8
"""The share of the time after which the desk is warned (E5)."""
SILENCE = timedelta(minutes=5)
"""After so much silence a case goes to the next agent (contract §9.19)."""
SOLVED_WITHIN = {
    "safety": timedelta(hours=4),
    "complaint": timedelta(hours=12),
    "refund": timedelta(hours=24),
    "question": timedelta(hours=12),
}
"""Working time to a first solution; reopening does not restart it."""


def always_open(hours: Hours) -> bool:
    """A desk that never closes (no business hours are set)."""
    return hours.start == time(0) and hours.end >= time(23, 59)


def is_open(settings: Settings, now: datetime) -> bool:
    """Whether the desk is staffed at this moment."""
    hours = settings.business_hours
    return always_open(hours) or hours.contains(settings.local(now))


def next_opening(settings: Settings, now: datetime) -> datetime:
    """When the desk opens next; now, when it is open."""
    if is_open(settings, now):
        return now
    return settings.business_hours.next_start(settings.local(now)).astimezone(now.tzinfo)


def after(settings: Settings, start: datetime, span: timedelta) -> datetime:
    """The moment when so much working time has passed since `start`."""
    hours = settings.business_hours
    if always_open(hours):
        return start + span
    moment, left = settings.local(start), span
    while True:
        if not hours.contains(moment):
            moment = hours.next_start(moment)
        end = hours.next_end(moment)
        if moment + left <= end:
            return (moment + left).astimezone(start.tzinfo)
        left -= end - moment
        moment = end


def between(settings: Settings, start: datetime, end: datetime) -> timedelta:
    """The working time between two moments; zero when `end` is not later."""
    hours = settings.business_hours
    if always_open(hours):
        return max(end - start, timedelta(0))
    moment, until, total = settings.local(start), settings.local(end), timedelta(0)
    while moment < until:
        if not hours.contains(moment):
            moment = hours.next_start(moment)
            continue
        closing = min(hours.next_end(moment), until)
        total += closing - moment
        moment = closing
    return total


def sla_class(ticket: Ticket) -> str:
    """Which of the four targets a case falls under: safety, complaint, refund, question."""
    if ticket.category == "safety":
        return "safety"
    if ticket.category == "refund":
        return "refund"
    if ticket.category in COMPLAINTS or ticket.category == "legal":
        return "complaint"
    return "question"


def target(ticket: Ticket, settings: Settings) -> timedelta:
    """How long a customer may wait for a human word: the first one, or the next."""
    later = settings.next_sla if ticket.first_response_at is not None else None
    found: timedelta = getattr(later or settings.sla, sla_class(ticket))
    return found


def due_after(ticket: Ticket, settings: Settings, now: datetime, span: timedelta) -> datetime:
    """The moment after so much of the time that counts for this case; safety knows no closing."""
    return now + span if ticket.urgent else after(settings, now, span)


def start_clock(ticket: Ticket, settings: Settings, now: datetime) -> None:
    """The customer waits from now on; one who waits already goes on waiting."""
    if ticket.waiting_since is None or ticket.due_at is None:
        ticket.waiting_since = ticket.waiting_since or now
        ticket.due_at = due_after(ticket, settings, now, target(ticket, settings))


def tighten(ticket: Ticket, settings: Settings) -> None:
    """The case became graver: what is owed is counted anew from when it began to be owed."""
    if ticket.waiting_since is not None:
        since = ticket.waiting_since
        ticket.due_at = due_after(ticket, settings, since, target(ticket, settings))
    if ticket.solve_by is not None:
        ticket.solve_by = min(ticket.solve_by, solve_by(ticket, settings))


def pause_clock(ticket: Ticket, settings: Settings, now: datetime) -> None:
    """Stop: what is left of the times to an answer and to a solution stays on the clock."""
    if ticket.due_at is not None:
        ticket.left_seconds = _left(ticket, settings, now, ticket.due_at).total_seconds()
        ticket.due_at = None
    if ticket.solve_by is not None:
        left = _left(ticket, settings, now, ticket.solve_by)
        ticket.fact(solve_left=left.total_seconds())
        ticket.solve_by = None


def resume_clock(ticket: Ticket, settings: Settings, now: datetime) -> None:
    """Go on with what was left."""
    if ticket.left_seconds is not None:
        left = timedelta(seconds=ticket.left_seconds)
        ticket.due_at = due_after(ticket, settings, now, left)
        ticket.left_seconds = None
    solve_left = ticket.facts.get("solve_left")
    if solve_left is not None:
        ticket.solve_by = due_after(ticket, settings, now, timedelta(seconds=solve_left))
        ticket.fact(solve_left=None)


def warning_at(ticket: Ticket, settings: Settings, now: datetime) -> datetime | None:
    """When four fifths of the time are over; None when nothing is owed or that moment has passed."""
    return _last_fifth(ticket, settings, now, ticket.due_at, target(ticket, settings))


def solving_warning_at(ticket: Ticket, settings: Settings, now: datetime) -> datetime | None:
    """The same of the time to a first solution."""
    return _last_fifth(ticket, settings, now, ticket.solve_by, SOLVED_WITHIN[sla_class(ticket)])


def _last_fifth(
    ticket: Ticket, settings: Settings, now: datetime, due: datetime | None, whole: timedelta
) -> datetime | None:
    if due is None:
        return None
    last_fifth = whole * (1 - WARN_AT)
    left = _left(ticket, settings, now, due)
    if left <= last_fifth:
        return None
    return due_after(ticket, settings, now, left - last_fifth)


def _left(ticket: Ticket, settings: Settings, now: datetime, due: datetime) -> timedelta:
    """How much of the time that counts for this case is left; nothing, when it is over."""
    return max(due - now, timedelta(0)) if ticket.urgent else between(settings, now, due)


def solve_by(ticket: Ticket, settings: Settings) -> datetime:
    """When a first solution is owed."""
    return due_after(ticket, settings, ticket.opened_at, SOLVED_WITHIN[sla_class(ticket)])
