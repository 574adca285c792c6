"""Products as the shop keeps them: what a catalogue file said, and how much is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON
from sqlmodel import Field

from storage.errors import Refused
from storage.rows import Quantity, Row

if TYPE_CHECKING:
    from storage.catalogue_files import ProductRecord
    from storage.shop import Shop


class OutOfStock(Refused):
    """Less is left in the shop than was asked for. Facts: left, unit."""


class Product(Row, table=True):
    """One article. `stock` None: not counted (never turned into 0, G1)."""

    cached = True

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    price_fen: int | None = None
    unit: str | None = None
    pack: str | None = None
    stock: Decimal | None = Field(default=None, sa_type=Quantity)
    reserved: Decimal = Field(default=Decimal(0), sa_type=Quantity)
    per_person: Decimal | None = Field(default=None, sa_type=Quantity)
    facts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """origin, shelf_life, storage, description, image, evidence and the file's own columns."""

    @property
    def left(self) -> Decimal | None:
        """What can still be promised; None when it is not counted."""
        return None if self.stock is None else self.stock - self.reserved

    def reserve(self, quantity: Decimal) -> None:
        """Promise so much more (negative: give it back). Raises OutOfStock."""
        left = self.left
        if left is not None and quantity > left:
            raise OutOfStock(left=max(left, Decimal(0)), unit=self.unit or "份")
        self.reserved = max(self.reserved + quantity, Decimal(0))

    def take_over(self, record: "ProductRecord", *, keep_stock: bool = False) -> tuple[str, ...]:
        """Follow the file's row; the fields that changed. What is promised stays promised."""
        wanted = columns_of(record)
        if keep_stock:
            del wanted["stock"]
        changed = {name: value for name, value in wanted.items() if not _same(getattr(self, name), value)}
        before = self.facts
        for name, value in changed.items():
            setattr(self, name, value)
        names = [name for name in changed if name != "facts"]
        told = {**before, **self.facts}
        return (*names, *(name for name in told if before.get(name) != self.facts.get(name)))


def _same(old: object, new: object) -> bool:
    return old == new or (not old and not new and isinstance(new, str | None))


FACT_COLUMNS = ("origin", "shelf_life", "storage", "description", "image", "evidence")


def columns_of(record: "ProductRecord") -> dict[str, Any]:
    """The product's columns as a file's row gives them."""
    facts = {name: getattr(record, name) for name in FACT_COLUMNS if getattr(record, name)}
    return {
        "name": record.name,
        "aliases": list(record.aliases),
        "price_fen": record.price_fen,
        "unit": record.unit,
        "pack": record.pack,
        "stock": record.stock,
        "per_person": None if record.per_person is None else Decimal(record.per_person),
        "facts": {**facts, **record.facts},
    }


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    """Products were added or changed; understanding must follow.

    `changed` says which fields of which product; `same` counts those that were so already.
    """

    products: tuple[str, ...]
    added: tuple[str, ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    same: int = 0


@dataclass(frozen=True, slots=True)
class StockFreed:
    """Something that a group buy had promised was given back."""

    products: tuple[str, ...]


STOCK_IN_FILE = "stock_in_file"
"""The mark of the shop that keeps what the file said of a stock that has changed by itself since."""


def change_stock(shop: "Shop", product: Product, stock: Decimal) -> None:
    """Sold or restocked outside of the file: read again unchanged, it does not bring the old stock back."""
    said = dict(shop.row.marks.get(STOCK_IN_FILE, {}))
    said.setdefault(product.id, str(product.stock))
    shop.row.marks = {**shop.row.marks, STOCK_IN_FILE: said}
    product.stock = stock


def sell(shop: "Shop", product: Product, quantity: Decimal) -> None:
    """Promised goods have been fetched: less in stock, and no longer promised."""
    product.reserved = max(product.reserved - quantity, Decimal(0))
    if product.stock is not None and quantity:
        change_stock(shop, product, max(product.stock - quantity, Decimal(0)))


def _still(shop: "Shop", record: "ProductRecord") -> bool:
    """Whether the file says of the stock what it said before the stock changed; else it is news."""
    said = shop.row.marks.get(STOCK_IN_FILE, {})
    if record.id not in said:
        return False
    if record.stock is not None and Decimal(said[record.id]) == record.stock:
        return True
    rest = {id_: stock for id_, stock in said.items() if id_ != record.id}
    shop.row.marks = {**shop.row.marks, STOCK_IN_FILE: rest}
    return False


def take_in(shop: "Shop", records: Iterable["ProductRecord"]) -> CatalogueChanged:
    """Add or change the products that the records name; the others stay (contract §7)."""
    rows = shop.rows(Product)
    added: list[str] = []
    changed: list[tuple[str, tuple[str, ...]]] = []
    same = 0
    for record in records:
        product = rows.get(record.id)
        if product is None:
            rows.add(Product(tenant_id=shop.tenant, id=record.id, **columns_of(record)))
            added.append(record.id)
        elif fields := product.take_over(record, keep_stock=_still(shop, record)):
            changed.append((record.id, fields))
        else:
            same += 1
    touched = (*added, *(id_ for id_, _ in changed))
    return CatalogueChanged(touched, tuple(added), tuple(changed), same)


def by_name(shop: "Shop", name: str) -> Product | None:
    """The product of exactly this name."""
    index: dict[str, str] | None = shop.cache.get("products_by_name")
    if index is None:
        index = {product.name: product.id for product in shop.rows(Product)}
        shop.cache["products_by_name"] = index
    found = index.get(name)
    return shop.rows(Product).get(found) if found is not None else None


def by_alias(shop: "Shop", name: str) -> list[Product]:
    """The products that are also called this."""
    index: dict[str, list[str]] | None = shop.cache.get("products_by_alias")
    if index is None:
        index = {}
        for product in shop.rows(Product):
            for alias in product.aliases:
                index.setdefault(alias, []).append(product.id)
        shop.cache["products_by_alias"] = index
    return [shop.rows(Product)[id] for id in index.get(name, ())]


def names_goods(shop: "Shop", text: str) -> bool:
    """Whether a text holds the name of any product, or another name of two characters or more."""
    words: dict[int, set[str]] | None = shop.cache.get("product_words")
    if words is None:
        words = shop.cache["product_words"] = {}
        for product in shop.rows(Product):
            for word in (product.name, *product.aliases):
                if len(word) > 1:
                    words.setdefault(len(word), set()).add(word)
    return any(
        text[start : start + length] in known
        for length, known in words.items()
        for start in range(len(text) - length + 1)
    )
