"""What a leader needs on paper: the sign-up list, the purchase order, the sorting sheet.

Rows only; how they become XLSX, CSV or text is `storage.exports`' business.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from storage.exports import Cell, Sheet
from storage.group_buys.book import Book
from storage.group_buys.labels import PAYMENTS
from storage.group_buys.tables import GroupBuy, Item, SignUp
from storage.money import plain, times
from storage.privacy import PHONE, digits_of, mask_phone
from storage.shop import Shop

_CASE = re.compile(r"(?:1|一)?箱\s*[=＝]\s*(\d{1,4})\s*(\D{1,3})|(\d{1,4})\s*(\D{1,2})\s*[/每]\s*箱")
"""A pack that says how many of the unit a case holds: 1箱=12盒, 12盒/箱."""

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
        size = case_size(item.pack, item.unit)
        cases = spare = None
        if size:
            cases = int((item.taken / size).to_integral_value(rounding=ROUND_CEILING))
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


def case_size(pack: str | None, unit: str | None) -> int | None:
    """How many of the unit are in a case, if the pack says so."""
    found = _CASE.search(pack or "")
    if found is None:
        return None
    count, packed = (found[1], found[2]) if found[1] else (found[3], found[4])
    return int(count) if packed.strip() == unit and int(count) > 1 else None


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
    found = await shop.query(GroupBuy, GroupBuy.table().c.number == number)
    if not found:
        return None
    await shop.load(Item, number)
    await shop.load(SignUp, number)
    return sheets(Book(shop, found[0]))


def sheets(book: Book) -> list[Sheet]:
    """名单, 进货单, 分货单, in this order (contract §2). Phone numbers are never in them."""
    return [_roll(book), _purchase(book), _sorting(book)]


def _roll(book: Book) -> Sheet:
    header = ["序号", "姓名", "代", "楼室", *_titles(book), "备注", "金额", "付款"]
    rows: list[Sequence[Cell]] = [
        [
            number,
            *_who(line),
            *_quantities(book, line),
            _told(line.remark),
            _amount(book.amount(line)),
            PAYMENTS[line.payment],
        ]
        for number, line in enumerate(book.active(), 1)
    ]
    taken = [_shown(item.taken) for item in book.items.values()]
    rows.append(["合计", "", "", "", *taken, "", _amount(book.total()), ""])
    return Sheet("名单", header, rows)


def _purchase(book: Book) -> Sheet:
    header = ["项", "品名", "数量", "单位", "每箱", "箱数", "余量", "售价", "金额"]
    rows = [
        [
            row.code,
            row.name,
            _shown(row.quantity),
            row.unit,
            row.case_size,
            row.cases,
            _shown(row.spare) if row.cases is not None else None,
            _amount(row.price_fen),
            _amount(times(row.price_fen, row.quantity)),
        ]
        for row in purchase_lines(book.items.values())
    ]
    return Sheet("进货单", header, rows)


def _sorting(book: Book) -> Sheet:
    header = ["楼栋", "楼室", "姓名", "代", *_titles(book), "备注", "已取"]
    rows: list[Sequence[Cell]] = []
    for building, mine in sorting_lines(book.active()):
        for line in mine:
            name, for_name, household = _who(line)
            picked = "是" if line.picked else ""
            amounts = _quantities(book, line)
            rows.append([building, household, name, for_name, *amounts, _told(line.remark), picked])
    return Sheet("分货单", header, rows)


def _who(line: SignUp) -> tuple[str, str, str]:
    return _told(line.name), _told(line.for_name), _told(line.household)


def _told(text: str | None) -> str:
    """What somebody wrote, without the phone numbers in it."""
    return PHONE.sub(lambda found: mask_phone(digits_of(found.group())), text or "")


def _titles(book: Book) -> list[str]:
    return [f"{item.code} {item.name}({item.unit})" for item in book.items.values()]


def _quantities(book: Book, line: SignUp) -> list[Cell]:
    return [_shown(line.quantity(code)) if code in line.items else None for code in book.items]


def _shown(quantity: Decimal) -> int | Decimal:
    return int(quantity) if quantity == quantity.to_integral_value() else quantity


def _amount(fen: int) -> Decimal:
    """Yuan with two decimals, as a number that a spreadsheet can add up."""
    return Decimal(fen).scaleb(-2)
