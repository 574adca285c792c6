"""What people answer to the bot's own questions about an order: which one, how many, yes or no."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from handlers import Chat, Filter, Router, pending, says
from handlers._group_buys import (
    REFUSALS,
)
from handlers._orders import Request, place
from nlp.meaning import CURRENT, ItemMention
from storage.group_buys.book import Book
from storage.group_buys.tables import GroupBuy

router = Router("choices", rank=39, refusals=REFUSALS)


CHOICE = re.compile(r"(?:选|要|就)?\s*([a-z])\s*(?:吧|那个|的)?", re.IGNORECASE)
NUMBER = re.compile(r"团?\s*(\d{1,4})\s*(?:个|份|号|团|盒|箱|斤|板|袋|包|瓶)?\s*(?:吧)?")
NO = r"不用了?|不是的?|不了|不追加|算了|不对|先不"
YES = re.compile(r"好的?|对的?|是的?|嗯+|行|可以|要的?|追加|确认|ok|👌|👍|1", re.IGNORECASE)


@router.message(pending("which_item", "how_many", "which_group_buy"))
async def answered(chat: Chat) -> bool:
    """“A” after “A草莓 还是 B蓝莓？”, “3” after “几盒？”, “2” after “哪个团？”."""
    for kind in ("which_item", "how_many", "which_group_buy"):
        data = chat.pending(kind)
        if data is None:
            continue
        request = _completed(chat, kind, data)
        if request is None:
            return False
        chat.settle(kind)
        if request.key is not None:
            said = {"answer": chat.message.key, "first": request.key}
            chat.remember("answered", chat.room_id, chat.person_id, 24 * 60, **said)
        await place(chat, request)
        return True
    return False


def _completed(chat: Chat, kind: str, data: dict[str, Any]) -> Request | None:
    request = Request.from_json(data["request"])
    items = list(request.items)
    item = items[request.unclear]
    if kind == "which_group_buy":
        found = NUMBER.fullmatch(chat.text)
        return replace(request, number=int(found.group(1))) if found else None
    if kind == "which_item":
        if chat.meaning.intent.endswith("_question"):  # “草莓能放几天”: asked before choosing
            return None
        code = _code_said(chat, request.number, data["codes"])
        if code is None:
            return None
        said = next((i.quantity for i in chat.meaning.items if i.quantity is not None), None)
        quantity = said or Decimal(data["quantity"])
        items[request.unclear] = replace(_chosen(item, code), quantity=quantity)
        request = replace(request, then=tuple(_chosen_too(other, code) for other in request.then))
    else:
        amount = _amount_said(chat)
        if amount is None:
            return None
        items[request.unclear] = replace(
            item, quantity=amount, unit=None, at_most=None, code=data["code"], product=None
        )
    return replace(request, items=tuple(items))


def _chosen(item: ItemMention, code: str) -> ItemMention:
    return replace(item, mention=None, code=code, product=None, candidates=())


def _chosen_too(request: Request, code: str) -> Request:
    """“来两个，帮我妈也来一个” — “A”: both are A."""
    items = tuple(
        _chosen(item, code) if item.code is None and item.product in (None, CURRENT) else item
        for item in request.items
    )
    return replace(request, items=items)


_ORDERS = ("join_group_buy", "change_sign_up")
_AROUND = 3
"""Characters beside the name that an answer may have: 就要草莓吧; “草莓涨价了” is none."""


def _code_said(chat: Chat, number: int | None, codes: Sequence[str]) -> str | None:
    orders = chat.meaning.intent in _ORDERS
    named = {m.code for m in chat.meaning.items if m.code in codes}
    if len(named) == 1 and orders:
        return named.pop()
    found = CHOICE.fullmatch(chat.text)
    if found and found.group(1).upper() in codes:
        return found.group(1).upper()
    product, group_buy = chat.meaning.product, chat.rows(GroupBuy).get(number)
    if group_buy is None:
        return None
    names = {i.product for i in chat.meaning.items} if orders else set()
    if product is not None and len(chat.text) <= len(product.mention or "") + _AROUND:
        names.add(product.product)
    book = Book(chat.shop, group_buy)
    meant = {
        code
        for code in codes
        if code in book.items and (book.items[code].name in names or chat.text in book.items[code].name)
    }
    return meant.pop() if len(meant) == 1 else None


def _amount_said(chat: Chat) -> Decimal | None:
    """A bare number is the amount itself, never the second of the choices."""
    found = NUMBER.fullmatch(chat.text)
    if found:
        return Decimal(found.group(1))
    if chat.meaning.intent not in _ORDERS:
        return None
    said = (mentioned.quantity for mentioned in chat.meaning.items)
    return next((quantity for quantity in said if quantity is not None), None)


@router.message(pending("double", "usual", "rest", "all") & Filter(lambda c: bool(YES.fullmatch(c.text))))
async def confirmed(chat: Chat) -> None:
    """“追加”, “好”: the order that was only proposed counts."""
    for kind in ("double", "usual", "rest", "all"):
        data = chat.pending(kind)
        if data is not None:
            request = Request.from_json(data["request"])
            await place(chat, request)
            chat.settle(kind)
            return


@router.message(pending("double", "usual", "rest", "all") & says(NO))
async def declined(chat: Chat) -> None:
    """“不用”: what was proposed is dropped, in silence."""
    for kind in ("double", "usual", "rest", "all"):
        if chat.pending(kind) is not None:
            chat.settle(kind)
