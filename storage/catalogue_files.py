"""Catalogue files: product records out of CSV, TSV and XLSX, and what changed since the last one.

Columns are named in Chinese or English and stand in any order.  A bad row is told with its line
and field and never stops the good ones.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from storage.table_files import NotATable, Row, beginning, rows_of

MAX_PRICE_FEN = 100_000_000
MAX_COUNT = Decimal(100_000_000)
MAX_NAME = 200
MAX_TEXT = 4_000


class CatalogueError(Exception):
    """The file as a whole is no catalogue; str() is the one line for stderr."""

    def __init__(self, file: str, message: str, *, line: int | None = None, field: str = "") -> None:
        self.file, self.line, self.field, self.message = file, line, field, message
        place = f"{file}:{line}" if line else file
        super().__init__(": ".join(part for part in (place, field, message) if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRecord:
    """A product as a file tells it.

    `stock` None: not counted; `per_person` None: no limit; `facts`: the columns that only this
    shop has, by their names in the file.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    price_fen: int | None = None
    unit: str = ""
    pack: str = ""
    stock: Decimal | None = None
    per_person: Decimal | None = None
    origin: str = ""
    shelf_life: str = ""
    storage: str = ""
    description: str = ""
    image: str = ""
    evidence: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused; `field` is the column as the file names it."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(str(part) for part in (self.line, self.field, self.message) if part)


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What a file holds: the good products in its order, and what is wrong with the others."""

    products: tuple[ProductRecord, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A product that differs, and in which fields (facts by their own names)."""

    before: ProductRecord
    after: ProductRecord
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """A new list beside what stood there."""

    added: tuple[ProductRecord, ...]
    changed: tuple[Change, ...]
    same: tuple[ProductRecord, ...]


COLUMNS: Mapping[str, Sequence[str]] = {
    # The first two names are the contract's and win over the others, which shops use as well.
    "id": ("id", "编号", "商品编号", "货号", "sku", "pid", "编码", "商品id"),
    "name": ("name", "名称", "商品名称", "品名", "商品名", "产品名称", "商品", "产品"),
    "aliases": ("aliases", "别名", "alias", "俗称", "又名"),
    "price": ("price", "价格", "单价", "售价", "团购价"),
    "unit": ("unit", "单位"),
    "pack": ("pack", "规格", "包装", "包装规格"),
    "stock": ("stock", "库存", "库存数量"),
    "per_person": ("perperson", "限购", "每人限购", "每户限购"),
    "origin": ("origin", "产地"),
    "shelf_life": ("shelflife", "保质期"),
    "storage": ("storage", "储存", "储存方式", "保存", "保存方式", "存储", "贮存"),
    "description": ("description", "描述", "商品描述", "说明", "简介"),
    "image": ("image", "图片", "主图"),
    "evidence": ("evidence", "凭证", "证书"),
    "title": ("title", "标题"),
}
_HEADER_ROWS = 5
"""Rows searched for the header: shops like to put a title above it."""
_INVISIBLE: Mapping[int, str | None] = {
    **dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065))),
    **dict.fromkeys((*range(0x20), 0x7F, 0xA0, 0x3000), " "),
    0xFEFF: None,
}


def read_catalogue(path: Path) -> CatalogueFile:
    """The products in a file. Raises CatalogueError when it cannot be read or is no catalogue."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CatalogueError(str(path), f"cannot be read: {error.strerror}") from None
    return parse_catalogue(content, str(path))


def parse_catalogue(content: bytes, source: str) -> CatalogueFile:
    """The same from bytes, say of an upload; `source` names them in errors."""
    line = None
    try:
        for rows in rows_of(content):
            rows = iter(rows)
            first = [row for row in beginning(rows, _HEADER_ROWS) if row.broken or _said(row)]
            line = line or (first[0].line if first else None)
            for at, row in enumerate(first):
                columns = _columns(row, source)
                if columns:
                    return _products(columns, chain(first[at + 1 :], rows))
            if first and (columns := _list_of_another_system(first)):
                return _products(columns, chain(first, rows))
    except NotATable as error:
        raise CatalogueError(source, str(error)) from None
    if line is None:
        raise CatalogueError(source, "is empty", line=1, field="name")
    raise CatalogueError(source, "no column name/名称 in the header", line=line, field="name")


def _said(row: Row) -> bool:
    return any(map(str.strip, row.cells))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each field stands; `facts` and `names` by position, as the file spells them."""

    places: Mapping[str, int]
    facts: Mapping[int, str]
    names: Sequence[str]


def _columns(header: Row, source: str) -> _Columns | None:
    keys = [_header_key(name) for name in header.cells]
    places: dict[str, int] = {}
    for key_range in (slice(0, 2), slice(2, None)):
        for name, spellings in COLUMNS.items():
            found = [i for i, key in enumerate(keys) if key in spellings[key_range]]
            if len(found) > 1 and key_range.start == 0:
                raise CatalogueError(source, "the column stands there twice", line=header.line, field=name)
            free = [i for i in found if i not in places.values()]
            if free:
                places.setdefault(name, free[0])
    if "title" in places and "name" not in places:
        places["name"] = places.pop("title")
    if "name" not in places:
        return None
    taken = set(places.values())
    facts = {i: _clean(name) for i, name in enumerate(header.cells) if i not in taken and _clean(name)}
    return _Columns(places, facts, [_clean(name) for name in header.cells])


def _header_key(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\([^()]{0,20}\)|[\s_\-:*\ufeff]", "", text)


def _list_of_another_system(rows: Sequence[Row]) -> _Columns | None:
    """`pid name title` or `pid title` without a header: short ids first, no two alike."""
    width = len(rows[0].cells)
    ids = [row.cells[0] for row in rows if row.cells]
    plain = all(re.fullmatch(r"[\w.\-]{1,40}", i, re.ASCII) and re.search(r"\d", i) for i in ids)
    if width not in (2, 3) or not plain or len(set(ids)) < len(ids):
        return None
    names = ["pid", "name", "title"][:width]
    return _Columns({name.replace("pid", "id"): i for i, name in enumerate(names)}, {}, names)


def _products(columns: _Columns, rows: Iterable[Row]) -> CatalogueFile:
    problems: list[Problem] = []
    products: dict[str, ProductRecord] = {}
    for row in rows:
        if row.broken:
            problems.append(Problem(row.line, "", row.broken))
            continue
        if not _said(row):
            continue
        product = _product(columns, row, problems)
        if product and product.id in products:
            name = columns.names[columns.places.get("id", columns.places["name"])]
            problems.append(Problem(row.line, name, f"{product.id} stands there twice"))
        elif product:
            products[product.id] = product
    return CatalogueFile(tuple(products.values()), tuple(problems))


def _product(columns: _Columns, row: Row, problems: list[Problem]) -> ProductRecord | None:
    cells, width = row.cells, len(columns.names)
    if any(cell.strip() for cell in cells[width:]):
        extra = f"has {len(cells)} cells, expected {width}: put quotation marks around commas"
        problems.append(Problem(row.line, "", extra))
        return None
    texts = [_clean(cell) for cell in cells[:width]] + [""] * (width - len(cells))
    values: dict[str, Any] = {}
    before = len(problems)
    for name, place in columns.places.items():
        try:
            values[name] = _READERS.get(name, _text)(texts[place])
        except ValueError as error:
            problems.append(Problem(row.line, columns.names[place], str(error)))
    if len(problems) > before:
        return None
    return _record(values, {name: texts[i] for i, name in columns.facts.items() if texts[i]})


def _record(values: dict[str, Any], facts: Mapping[str, str]) -> ProductRecord:
    title = values.pop("title", "")
    if title and not values.get("description"):
        values["description"] = title
    values["price_fen"] = values.pop("price", None)
    # A list without ids is known by its names.
    values.setdefault("id", values["name"])
    return ProductRecord(**values, facts=facts)


def _clean(text: str) -> str:
    return text.translate(_INVISIBLE).strip()


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT} characters")
    return text


def _name(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    if len(text) > MAX_NAME:
        raise ValueError(f"is longer than {MAX_NAME} characters")
    return text


def _aliases(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split("[;；]", _text(text)))
    return tuple(dict.fromkeys(part for part in parts if part))


def _price(text: str) -> int | None:
    """Yuan to fen; exactly, so three decimals are a mistake and not something to round."""
    plain = re.sub(r"^[¥$]|元$", "", unicodedata.normalize("NFKC", text)).strip()
    fen = _number(plain, "an amount in yuan such as 39.90")
    if fen is None:
        return None
    fen = fen.scaleb(2)
    if fen != fen.to_integral_value():
        raise ValueError(f"expected at most two decimals, got {text[:40]!r}")
    if fen > MAX_PRICE_FEN:
        raise ValueError(f"expected at most {MAX_PRICE_FEN // 100} yuan, got {text[:40]!r}")
    return int(fen)


def _stock(text: str) -> Decimal | None:
    stock = _number(text, "a number, or nothing when it is not counted")
    if stock is not None and stock > MAX_COUNT:
        raise ValueError(f"expected at most {MAX_COUNT}, got {text[:40]!r}")
    return stock


def _per_person(text: str) -> Decimal | None:
    limit = _stock(text)
    if limit == 0:
        raise ValueError("expected more than 0, or nothing for no limit")
    return limit


def _number(text: str, expected: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text)
    if not plain or plain in ("不限", "无限", "不限购", "/", "-"):
        return None
    if re.fullmatch(r"-\s*[\d.,]+", plain):
        raise ValueError(f"expected no negative number, got {text[:40]!r}")
    if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d{1,15})(\.\d{1,15})?", plain, re.ASCII):
        raise ValueError(f"expected {expected}, got {text[:40]!r}")
    return Decimal(plain.replace(",", ""))


_READERS: Mapping[str, Callable[[str], Any]] = {
    "id": _name,
    "name": _name,
    "aliases": _aliases,
    "price": _price,
    "stock": _stock,
    "per_person": _per_person,
}


def changes(old: Mapping[str, ProductRecord], new: Iterable[ProductRecord]) -> Changes:
    """What a new list adds and changes; what it does not name stays out of it."""
    added, changed, same = [], [], []
    for record in new:
        before = old.get(record.id)
        if before is None:
            added.append(record)
        elif differing := tuple(_differing(before, record)):
            changed.append(Change(before, record, differing))
        else:
            same.append(record)
    return Changes(tuple(added), tuple(changed), tuple(same))


def _differing(before: ProductRecord, after: ProductRecord) -> Iterator[str]:
    for each in fields(ProductRecord):
        if each.name != "facts" and getattr(before, each.name) != getattr(after, each.name):
            yield each.name
    for name in dict.fromkeys((*before.facts, *after.facts)):
        if before.facts.get(name) != after.facts.get(name):
            yield name
