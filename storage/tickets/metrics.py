"""How the desk did: first answers, solutions, reopenings, satisfaction, by kind and by item (E24)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from storage.shop import Shop
from storage.tickets.tables import Ticket


@dataclass(frozen=True, slots=True)
class DeskReport:
    """Numbers of the cases that were opened in a span; times are medians, None without any."""

    opened: int = 0
    resolved: int = 0
    reopened: int = 0
    breached: int = 0
    first_response: timedelta | None = None
    resolution: timedelta | None = None
    scores: dict[int, int] = field(default_factory=dict)
    """Satisfaction digit → how often."""
    kinds: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)


async def cases_between(shop: Shop, start: datetime, end: datetime) -> list[Ticket]:
    """The cases opened in a span, by number."""
    opened = Ticket.table().c.opened_at
    found = {t.number: t for t in await shop.query(Ticket, opened >= start, opened <= end)}
    for ticket in shop.rows(Ticket):
        if start <= ticket.opened_at <= end:
            found[ticket.number] = ticket
    return [found[number] for number in sorted(found)]


def desk_report(tickets: Sequence[Ticket]) -> DeskReport:
    """Count them."""
    first = [_seconds(t.opened_at, t.first_response_at) for t in tickets if t.first_response_at]
    solved = [_seconds(t.opened_at, t.resolved_at) for t in tickets if t.resolved_at]
    scores = Counter(int(t.facts["csat"]) for t in tickets if "csat" in t.facts)
    return DeskReport(
        opened=len(tickets),
        resolved=len(solved),
        reopened=sum(1 for t in tickets if t.reopened),
        breached=sum(1 for t in tickets if t.breached),
        first_response=timedelta(seconds=median(first)) if first else None,
        resolution=timedelta(seconds=median(solved)) if solved else None,
        scores=dict(sorted(scores.items())),
        kinds=dict(Counter(t.category for t in tickets).most_common()),
        items=dict(Counter(t.item for t in tickets if t.item).most_common(5)),
    )


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
