"""What a supplier has to see: the complaints about one item of a batch, with amounts and pictures (E26)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from storage.exports import Cell, Sheet
from storage.money import plain, yuan
from storage.privacy import mask_household
from storage.shop import Shop
from storage.tickets.bought import catalogue_names
from storage.tickets.labels import CATEGORIES, STATES, WISHES
from storage.tickets.metrics import cases_between
from storage.tickets.tables import COMPLAINTS, Ticket

AFTER_DELIVERY = timedelta(days=3)
"""So long after a day complaints are taken to be about its batch."""
LATELY = timedelta(days=7)
"""Without a day: the complaints of the last week."""
HEADER = (
    "工单",
    "反馈时间",
    "客户",
    "楼室",
    "商品",
    "订购",
    "有问题",
    "涉及金额",
    "类型",
    "原话",
    "照片",
    "想要",
    "已退",
    "状态",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The complaints about an item in a span, and what they come to."""

    item: str
    start: datetime
    end: datetime
    cases: Sequence[Ticket]

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind, most first."""
        found: dict[str, int] = {}
        for case in self.cases:
            found[CATEGORIES[case.category]] = found.get(CATEGORIES[case.category], 0) + 1
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    @property
    def fen(self) -> int:
        """What the bad goods are worth."""
        return sum(case.worth or 0 for case in self.cases)

    @property
    def photos(self) -> int:
        """How many pictures were sent."""
        return sum(int(case.facts.get("photos", 0)) for case in self.cases)

    @property
    def affected(self) -> str:
        """How much is bad: 5盒, 2板; nothing while nobody has said."""
        amounts: dict[str, Decimal] = {}
        for case in self.cases:
            if case.facts.get("affected"):
                unit = case.facts.get("unit", "份")
                amounts[unit] = amounts.get(unit, Decimal(0)) + Decimal(str(case.facts["affected"]))
        return "，".join(f"{plain(amount)}{unit}" for unit, amount in amounts.items())


def span_of(shop: Shop, day: date | None, now: datetime) -> tuple[datetime, datetime]:
    """The span of a batch that came on this day (of the shop's zone), or the last week."""
    if day is None:
        return now - LATELY, now
    start = datetime.combine(day, time(0), tzinfo=shop.settings.timezone)
    return start.astimezone(now.tzinfo), min((start + AFTER_DELIVERY).astimezone(now.tzinfo), now)


async def evidence_about(shop: Shop, item: str, day: date | None, now: datetime) -> Evidence:
    """The complaints about whatever is called so, closed ones too."""
    start, end = span_of(shop, day, now)
    names = catalogue_names(shop, [item])
    found = [
        case
        for case in await cases_between(shop, start, end)
        if case.item is not None
        and (case.category in COMPLAINTS or case.category == "safety")
        and any(name in case.item or case.item in name for name in names)
    ]
    return Evidence(item, start, end, found)


def evidence_sheet(shop: Shop, evidence: Evidence, names: Iterable[str]) -> Sheet:
    """One row a case; doors are masked, phone numbers are not in it. `names`: the customers', in order."""
    zone = shop.settings.local
    rows: list[list[Cell]] = []
    for case, name in zip(evidence.cases, names, strict=True):
        facts, unit = case.facts, case.facts.get("unit", "")
        worth, refunded = case.worth, facts.get("refunded_fen")
        rows.append(
            [
                case.label,
                f"{zone(case.opened_at):%Y-%m-%d %H:%M}",
                name,
                mask_household(str(facts["household"])) if facts.get("household") else None,
                case.item,
                f"{facts['ordered']}{unit}" if facts.get("ordered") else None,
                f"{facts['affected']}{unit}" if facts.get("affected") else None,
                Decimal(worth) / 100 if worth else None,
                CATEGORIES[case.category],
                facts.get("words"),
                int(facts.get("photos", 0)),
                WISHES.get(facts.get("wish", "")),
                Decimal(refunded) / 100 if refunded else None,
                STATES[case.state],
            ]
        )
    return Sheet(f"{evidence.item}售后", HEADER, rows)


def summary(evidence: Evidence) -> str:
    """One line: 4单：坏损3 少件1，涉及5盒 ¥199.5，照片6张."""
    kinds = " ".join(f"{kind}{count}" for kind, count in evidence.kinds.items())
    affected = f"，涉及{evidence.affected}" if evidence.affected else ""
    worth = f" ¥{yuan(evidence.fen)}" if evidence.fen else ""
    photos = f"，照片{evidence.photos}张" if evidence.photos else ""
    return f"{len(evidence.cases)}单：{kinds}{affected}{worth}{photos}"
