"""Reports: how soon people were answered and helped, what came back, how content they were."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, select

from console import words
from console.answers import page
from console.cases import agent_name, row_of
from console.charts import Bar, bars, columns
from console.parts import DESK, Desk
from console.who import Who, who
from storage.tickets import Ticket
from storage.tickets.clock import between

DAYS = (7, 30, 90)
CHUNK = 500
MOST_ITEMS = 10
EVERY, SAMPLED = 5, 10
"""Of the completed cases every fifth is looked over, ten at most are shown."""


async def show(request: web.Request) -> web.StreamResponse:
    """The cases of the last days that are the asker's business."""
    desk, account = request.app[DESK], who(request)
    asked = request.query.get("days", "30")
    days = int(asked) if asked in map(str, DAYS) else 30
    since = desk.now() - timedelta(days=days)
    stored = await desk.run(lambda connection: _since(connection, desk.tenant, since))
    live = desk.shop().rows(Ticket)
    cases = [t for t in ((live.get(t.number) or t) for t in stored) if account.sees(desk, t)]
    return page(
        request,
        "reports.html",
        title="报表",
        days=days,
        choices=DAYS,
        items=_items(cases),
        sample=_sample(desk, account, cases),
        **_figures(desk, cases, days),
    )


def _items(cases: Sequence[Ticket]) -> list[str]:
    """What was complained about, most first."""
    return [item for item, _ in Counter(case.item for case in cases if case.item).most_common(50)]


def _since(connection: Connection, tenant: str, since: datetime) -> list[Ticket]:
    """Cases opened since then, from the newest back: what is older is never read."""
    table, found = Ticket.table(), []
    last: int | None = None
    while True:
        query = select(table).where(table.c.tenant_id == tenant)
        if last is not None:
            query = query.where(table.c.number < last)
        rows = connection.execute(query.order_by(table.c.number.desc()).limit(CHUNK)).mappings()
        chunk = [Ticket.from_store(row) for row in rows]
        found += [ticket for ticket in chunk if ticket.opened_at >= since]
        if len(chunk) < CHUNK or chunk[-1].opened_at < since:
            return found
        last = chunk[-1].number


def _figures(desk: Desk, cases: Sequence[Ticket], days: int) -> dict[str, Any]:
    first = [_first_answer(desk, t) for t in cases if t.first_response_at]
    solved = [_solved(t) for t in cases if t.resolved_at]
    ratings = Counter(int(t.facts["csat"]) for t in cases if t.facts.get("csat"))
    reopened = sum(1 for t in cases if t.reopened)
    late = sum(1 for t in cases if t.breached)
    tiles = [
        ("工单", str(len(cases))),
        ("首次回复（中位数）", words.minutes(_middle(first))),
        ("首次回复（九成内）", words.minutes(_slow(first))),
        ("解决用时（中位数）", words.minutes(_middle(solved))),
        ("超时", _share(late, len(cases))),
        ("重开", _share(reopened, len(cases))),
        ("满意", _share(ratings[1], sum(ratings.values()))),
    ]
    return {
        "tiles": tiles,
        "tables": [
            _by_day(desk, cases, days),
            _counted("按类别", cases, lambda t: words.CATEGORIES.get(t.category, t.category)),
            _counted("按商品", (t for t in cases if t.item), lambda t: t.item or ""),
            _first_by_kind(desk, cases),
            _by_agent(desk, cases),
            _table(
                "满意度",
                [Bar(name, ratings[n], f"{ratings[n]} 人") for n, name in words.CSAT.items()],
                "评价",
                "人数",
            ),
        ],
    }


def _first_answer(desk: Desk, ticket: Ticket) -> float:
    """Working seconds to the first human word."""
    assert ticket.first_response_at is not None
    start, end = ticket.opened_at, ticket.first_response_at
    span = end - start if ticket.urgent else between(desk.shop().settings, start, end)
    return span.total_seconds()


def _solved(ticket: Ticket) -> float:
    assert ticket.resolved_at is not None
    return (ticket.resolved_at - ticket.opened_at).total_seconds()


def _middle(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _slow(values: Sequence[float]) -> float | None:
    """What nine in ten stay under."""
    return sorted(values)[int(len(values) * 0.9)] if values else None


def _share(part: int, whole: int) -> str:
    return f"{part}（{part / whole:.0%}）" if whole else "—"


def _table(
    name: str, rows: Sequence[Bar], what: str, count: str, *, standing: bool = False
) -> dict[str, Any]:
    draw = columns if standing else bars
    return {"name": name, "chart": draw(rows, name) if rows else None, "rows": rows, "head": (what, count)}


def _by_day(desk: Desk, cases: Sequence[Ticket], days: int) -> dict[str, Any]:
    zone, today = desk.shop().settings.timezone, desk.shop().settings.local(desk.now()).date()
    counted = Counter(ticket.opened_at.astimezone(zone).date() for ticket in cases)
    wanted = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    rows = [Bar(f"{day.month}/{day.day}", counted[day], str(counted[day])) for day in wanted]
    return _table("每天新工单", rows, "日期", "工单", standing=True)


def _counted(name: str, cases: Iterable[Ticket], key: Callable[[Ticket], str]) -> dict[str, Any]:
    counted = Counter(key(ticket) for ticket in cases).most_common(MOST_ITEMS)
    return _table(name, [Bar(label, count, str(count)) for label, count in counted], name[1:], "工单")


def _by_agent(desk: Desk, cases: Sequence[Ticket]) -> dict[str, Any]:
    """Who completed how many, and how content their customers were (E24)."""
    done: dict[str, list[Ticket]] = {}
    for ticket in cases:
        if ticket.resolved_at and ticket.facts.get("resolved_by"):
            done.setdefault(ticket.facts["resolved_by"], []).append(ticket)
    rows = []
    for agent, mine in sorted(done.items(), key=lambda pair: -len(pair[1])):
        rated = [int(ticket.facts["csat"]) for ticket in mine if ticket.facts.get("csat")]
        content = f"，满意 {rated.count(1)}/{len(rated)}" if rated else ""
        rows.append(Bar(agent_name(desk, agent), len(mine), f"{len(mine)}{content}"))
    return _table("按客服（完成的）", rows, "客服", "完成")


def _sample(desk: Desk, account: Who, cases: Sequence[Ticket]) -> list[dict[str, Any]]:
    """Completed cases to look over: the dissatisfied and the reopened first, then every fifth (E24)."""
    over = [t for t in cases if t.resolved_at]
    poor = [t for t in over if t.reopened or t.facts.get("csat") in (2, 3)]
    rest = [t for t in over if t not in poor and t.number % EVERY == 0]
    return [row_of(desk, account, ticket) for ticket in (poor + rest)[:SAMPLED]]


def _first_by_kind(desk: Desk, cases: Sequence[Ticket]) -> dict[str, Any]:
    spans: dict[str, list[float]] = {}
    for ticket in cases:
        if ticket.first_response_at:
            label = words.CATEGORIES.get(ticket.category, ticket.category)
            spans.setdefault(label, []).append(_first_answer(desk, ticket))
    middles = sorted(((label, median(values)) for label, values in spans.items()), key=lambda pair: -pair[1])
    rows = [Bar(label, seconds, words.minutes(seconds)) for label, seconds in middles]
    return _table("首次回复用时（中位数）", rows, "类别", "用时")
