"""What a leader needs on paper: the sign-up list, the purchase order, the sorting sheet.

Rows only; how they become XLSX, CSV or text is `storage.exports`' business.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from storage.exports import Sheet
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.money import plain, times, yuan
from storage.shop import Shop

_CASE = re.compile(r"(?:1|一)?箱\s*[=＝]\s*(\d{1,4})\s*(\D{1,3})|(\d{1,4})\s*(\D{1,2})\s*[/每]\s*箱")
"""A pack that says how many of the unit a case holds: 1箱=12盒, 12盒/箱."""
PAYMENT = {"unpaid": "未付", "claimed": "待核对", "paid": "已付", "refunded": "已退款"}
NO_BUILDING = "其他"


@dataclass(frozen=True, slots=True)
class Purchase:
    """One article to order: `case_size` units make a case, `cases` of them, `spare` left over."""

    code: str
    name: str
    quantity: Decimal
    unit: str
    price_fen: int
    case_size: int | None = None
    cases: int | None = None
    spare: Decimal = Decimal(0)


def purchase_lines(items: Iterable[Item]) -> list[Purchase]:
    """What to order of each item, rounded up to whole cases where a case is known (C3)."""
    lines = []
    for item in items:
        size = case_size(item)
        cases = spare = None
        if size:
            cases = int(-(-item.taken // size))
            spare = cases * size - item.taken
        lines.append(
            Purchase(
                item.code,
                item.name,
                item.taken,
                item.unit,
                item.price_fen,
                size,
                cases,
                spare if spare is not None else Decimal(0),
            )
        )
    return lines


def case_size(item: Item) -> int | None:
    """How many of the item's unit are in a case, if its pack says so."""
    found = _CASE.search(item.pack or "")
    if found is None:
        return None
    count, unit = (found[1], found[2]) if found[1] else (found[3], found[4])
    return int(count) if unit.strip() == item.unit and int(count) > 1 else None


def cases(row: Purchase) -> str:
    """ "=4箱(12)余2" """
    if row.cases is None:
        return ""
    spare = f"余{plain(row.spare)}" if row.spare else ""
    return f"={row.cases}箱({row.case_size}){spare}"


def building_of(household: str | None) -> str:
    """5-301 → 5号楼; what names no building is 其他."""
    found = re.match(r"\s*(\d{1,3}|[A-Za-z])\s*(?:号?楼|栋|幢|座|-|－|—)", household or "")
    return f"{found[1].upper()}号楼" if found else NO_BUILDING


def sorting_lines(lines: Iterable[SignUp]) -> list[tuple[str, list[SignUp]]]:
    """The lines by building, then household, then list order (C4)."""
    groups: dict[str, list[SignUp]] = {}
    for line in lines:
        groups.setdefault(building_of(line.household), []).append(line)
    for rows in groups.values():
        rows.sort(key=lambda line: (line.household or "", line.order))
    return sorted(groups.items(), key=lambda pair: _building_order(pair[0]))


def _building_order(building: str) -> tuple[int, int, str]:
    digits = "".join(char for char in building if char.isdigit())
    return (building == NO_BUILDING, int(digits) if digits else 10**6, building)


async def sheets_of(shop: Shop, number: int) -> list[Sheet] | None:
    """The sheets of a stored group buy, also of one that has ended; None when there is none."""
    if not await shop.query(GroupBuy, GroupBuy.table().c.number == number):
        return None
    items = sorted(await shop.load(Item, number), key=lambda item: item.code)
    lines = sorted(await shop.load(SignUp, number), key=lambda line: line.order)
    return sheets(items, [line for line in lines if line.counts])


def sheets(items: Sequence[Item], lines: Sequence[SignUp]) -> list[Sheet]:
    """名单, 进货单, 分货单, in this order (contract §2). Phones are never in them."""
    return [_roll(items, lines), _purchase(items), _sorting(items, lines)]


def _roll(items: Sequence[Item], lines: Sequence[SignUp]) -> Sheet:
    header = ["序号", "姓名", "代", "楼室", *_titles(items), "备注", "金额", "付款"]
    prices = {item.code: item.price_fen for item in items}
    rows = []
    for number, line in enumerate(lines, 1):
        cost = sum(times(prices[code], line.quantity(code)) for code in line.items if code in prices)
        rows.append(
            [
                number,
                line.name,
                line.for_name or "",
                line.household or "",
                *_quantities(items, line),
                line.remark or "",
                yuan(cost),
                PAYMENT[line.payment],
            ]
        )
    total = sum(times(item.price_fen, item.taken) for item in items)
    rows.append(["合计", "", "", "", *[_shown(item.taken) for item in items], "", yuan(total), ""])
    return Sheet("名单", header, rows)


def _purchase(items: Sequence[Item]) -> Sheet:
    header = ["项", "品名", "数量", "单位", "每箱", "箱数", "余量", "售价", "金额"]
    rows: list[list[str | int | Decimal]] = []
    for row in purchase_lines(items):
        rows.append(
            [
                row.code,
                row.name,
                _shown(row.quantity),
                row.unit,
                row.case_size or "",
                row.cases if row.cases is not None else "",
                _shown(row.spare) if row.cases is not None else "",
                yuan(row.price_fen),
                yuan(times(row.price_fen, row.quantity)),
            ]
        )
    return Sheet("进货单", header, rows)


def _sorting(items: Sequence[Item], lines: Sequence[SignUp]) -> Sheet:
    header = ["楼栋", "楼室", "姓名", "代", *_titles(items), "备注", "已取"]
    rows = []
    for building, mine in sorting_lines(lines):
        for line in mine:
            rows.append(
                [
                    building,
                    line.household or "",
                    line.name,
                    line.for_name or "",
                    *_quantities(items, line),
                    line.remark or "",
                    "是" if line.picked else "",
                ]
            )
    return Sheet("分货单", header, rows)


def _titles(items: Sequence[Item]) -> list[str]:
    return [f"{item.code} {item.name}({item.unit})" for item in items]


def _quantities(items: Sequence[Item], line: SignUp) -> list[str | int | Decimal]:
    return [_shown(line.quantity(item.code)) if item.code in line.items else "" for item in items]


def _shown(quantity: Decimal) -> int | Decimal:
    return int(quantity) if quantity == quantity.to_integral_value() else quantity
