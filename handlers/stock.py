"""The shop's stock while group buys sell it: more has come in, or less is there than was promised."""

from decimal import Decimal

from handlers import Chat, Router, Turn, from_leader, says
from handlers._group_buys import REFUSALS, book_of, home_room, item_called
from handlers._lines import forget_low, tell_moved_up
from handlers._publish import product_of
from handlers._restocking import RESTOCK
from nlp.quantities import Converted, number, to_order_unit
from storage.catalogue import CatalogueChanged, Product, StockFreed, change_stock
from storage.group_buys.book import Book
from storage.group_buys.find import collecting_in, items_of, live
from storage.group_buys.sheets import case_size
from storage.group_buys.tables import GroupBuy, Item
from storage.money import plain

router = Router(
    "stock",
    rank=34,
    refusals=REFUSALS,
    help_for={"leader": "补货：草莓补货10盒"},
)


@router.message(from_leader & says(RESTOCK.pattern))
async def restock(chat: Chat) -> bool | None:
    """“草莓补货10盒”: there is more of it, in the shop and for the group buy; who waits moves up."""
    found = RESTOCK.fullmatch(chat.text)
    assert found is not None
    name, unit = (found["item"] or found["item2"]).strip(), found["unit"] or found["unit2"]
    group_buy, item = _on_offer(chat, name)
    product = chat.rows(Product).get(item.product_id or "") if item else product_of(chat, name)
    of = item or product
    if of is None:
        return False
    more = _amount(of, number(found["n"] or found["n2"]) or Decimal(0), unit)
    if more is None:
        chat.reply(f"{of.name}按{of.unit}算，补了几{of.unit}？", mention=True)
        return None
    if product is not None and product.stock is not None:
        change_stock(chat.shop, product, product.stock + more)
    if item is not None and item.limit is not None:
        item.limit += more
    left = product.left if product is not None else None
    if group_buy is not None and item is not None:
        book = await book_of(chat, group_buy)
        forget_low(book, item.code)
        book.fill([item.code])
        left = book.free(item)
        tell_moved_up(chat, book, "补货了")
    if product is not None:
        chat.emit(CatalogueChanged((product.id,)))
    shown = "没有限量" if left is None else f"还剩{plain(left)}{of.unit}"
    chat.reply(f"{of.name}加了{plain(more)}{of.unit}，{shown}", mention=True)
    return None


def _amount(of: Item | Product, quantity: Decimal, unit: str | None) -> Decimal | None:
    """So much in the article's own unit, also when whole cases came."""
    if unit == "箱" and of.unit != "箱" and (size := case_size(of.pack, of.unit)):
        return quantity * size or None
    amount = to_order_unit(quantity, unit, of.unit or "份", of.pack)
    return amount.quantity if isinstance(amount, Converted) and amount.quantity > 0 else None


def _on_offer(chat: Chat, name: str) -> tuple[GroupBuy | None, Item | None]:
    """The latest group buy here that sells an article of this name, letter or alias, and the article."""
    room_id = home_room(chat)
    known = product_of(chat, name)
    for group_buy in reversed(collecting_in(chat.shop, room_id) if room_id else []):
        book = Book(chat.shop, group_buy)
        item = item_called(book, name) or (item_called(book, known.name) if known else None)
        if item is not None:
            return group_buy, item
    return None, None


@router.event(CatalogueChanged)
async def promised_too_much(turn: Turn, changed: CatalogueChanged) -> None:
    """The file says that less is there than was promised: its leaders hear by how much."""
    for product_id in changed.products:
        product = turn.rows(Product).get(product_id)
        if product is None or product.left is None or product.left >= 0:
            continue
        rooms = {g.room_id for g in live(turn.shop) if _sells(turn, g, product_id)}
        short = f"{plain(-product.left)}{product.unit or '份'}"
        for room_id in sorted(rooms):
            turn.say_to_leaders(
                room_id,
                f"{product.name}库存改成{plain(product.stock or Decimal(0))}，已订{plain(product.reserved)}，"
                f"多订了{short}。补货回「{product.name}补货{short}」",
            )


@router.event(StockFreed)
async def freed(turn: Turn, given_back: StockFreed) -> None:
    """Several group buys sell one stock: what one of them gave back goes to who waits in another."""
    for group_buy in live(turn.shop):
        items = items_of(turn.shop, group_buy) if group_buy.collecting else []
        codes = [i.code for i in items if i.waiting and i.product_id in given_back.products]
        if codes:
            book = await book_of(turn, group_buy)
            book.fill(codes)
            tell_moved_up(turn, book, "有货了")


def _sells(turn: Turn, group_buy: GroupBuy, product_id: str) -> bool:
    return any(i.product_id == product_id and i.taken for i in Book(turn.shop, group_buy).items.values())
