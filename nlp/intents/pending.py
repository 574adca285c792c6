"""The answer to a question that the bot has just asked this person."""

import re
from decimal import Decimal

from nlp import items as item_rules
from nlp import slots as slot_rules
from nlp.intents.reading import Reading, Verdict
from nlp.intents.social import is_no, is_yes
from nlp.meaning import CURRENT, ItemMention, Mode
from nlp.normalize import normalize
from nlp.patterns import match, search
from nlp.products import Products
from nlp.quantities import UNIT, number

_OPTION = re.compile(
    r"(?:^|[\s:：?？,，、])(?P<key>[a-f]|\d)(?:\s|[.、)]\s?"
    r"|(?<=[a-f])(?=[一-龥]))\s*(?P<what>[^\s,，?？]+(?:\s(?!还是"
    r"|[a-f]\s|\d\s|回)[^\s,，?？]+)?)"
)
_ANSWER = re.compile(
    r"^\s*(?:我|就|那|还是)*(?:选|要|来)?\s*(?P<nth>第)?(?P<key>[a-f]|\d{1,2}|[一二三四五六])\s*(?:号"
    r"|(?(nth)个|款)|款|种|个(?=吧|谢|$)(?<=第.个))?\s*(?:吧|呀|啊|哈|谢谢|的|[!。~,\s])*$"
)
_PLACE = re.compile(
    r"^\s*(?:我|就|那|还是)*(?:选|要)?(?P<place>前面?|上面?|头|后面?|下面?)(?:那|这)?(?:一)?(?:个"
    r"|种|款|者)?\s*(?:吧|呀|啊|谢谢|[!。~\s])*$"
)
_BOTH = re.compile(r"^\s*(?:两|2|二)(?:个|种|样|款)?都(?:要|来)|^\s*都(?:要|来)")
_ASKS_HOW_MANY = re.compile(rf"(?:要|改成|来|加|记)?几\s?(?P<unit>{UNIT})|多少(?P<unit2>{UNIT})?")
_HAN_KEYS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6"}
_KINDS = (
    ("complaint", re.compile(r"有问题|哪里不好|退款|补发|补\d|坏\d|坏了|赔|处理方式|售后|烂")),
    ("cancel_sign_up", re.compile(r"取消|撤销|不要了吗|退出")),
    ("change_sign_up", re.compile(r"改成|改为|换成|改几|地址|电话|手机|楼号|房号|门牌|几号楼|怎么称呼|改到")),
    ("leader_close", re.compile(r"截单|结团|封单")),
    ("leader_open", re.compile(r"发布|开团")),
    ("ask_human", re.compile(r"转人工|叫客服|找客服|转给客服|真人")),
    (
        "join_group_buy",
        re.compile(
            r"登记|记|要哪|要几|哪个|哪款|限购|候补|几份|几盒|几箱|几个|几只|几袋"
            r"|再|加|报|来|斤|还是|要不要|一份"
        ),
    ),
)


_MARKS = ("这次", "换成", "改成", "登记", "再记", "先记", "候补到你", "取消", "记")
_WORD = re.compile(r"回(?:复)?\s?[『「“\"'](?P<word>[^』」”\"']{1,8})[』」”\"']")


_MAY_GET_CONTACT = ("change_sign_up", "chitchat", "join_group_buy")


def _echoes(text: str, asked: str) -> bool:
    """The very word that the question asked for."""
    said = text.strip(" !。~吧")
    return any(m["word"].strip() == said and not said.isdigit() for m in _WORD.finditer(asked))


def kind_of(question: str) -> str:
    """The intent of the step that a question of the bot is about."""
    for intent, pattern in _KINDS:
        if pattern.search(question):
            return intent
    return "chitchat"


def answer(r: Reading, question: str, products: Products) -> Verdict | None:
    """What a yes, a choice, an amount, a phone or an address means after `question`."""
    asked = normalize(question)
    intent = kind_of(asked.text)
    text, s = r.text, r.slots
    wanted = search(r"地址|电话|手机|楼|房|门牌|称呼|联系", asked.text) or not s.amounts
    if (s.phone or s.address) and r.rest <= 4 and intent in _MAY_GET_CONTACT and wanted:
        fine = "phone" if s.phone else "household"
        return Verdict("change_sign_up", None, fine, 0.92, "pending: contact")
    if intent == "cancel_sign_up" and match(r"^\s*嗯?(?:取消|删了?|退)(?:吧|掉|了)?\s*$", text):
        return _verdict(
            intent, "yes", _asked_items(slot_rules.read(asked, products, r.context.open), r), "pending: yes"
        )
    if is_no(text) or match(r"^\s*(?:不|别|先不|不用)(?:取消|改|换|退|要|补)(?:了)?\s*$", text):
        return Verdict("chitchat", None, "no", 0.92, "pending: no")
    booked = slot_rules.read(asked, products, r.context.open)
    options = {m["key"]: m.span("what") for m in _OPTION.finditer(asked.text)}
    key = _key(text, list(options))
    if key is not None:
        return _choice(intent, key, options[key], booked, r)
    if options and _BOTH.match(text) and intent == "join_group_buy":
        both = [_choice(intent, key, span, booked, r).items[0] for key, span in options.items()]
        return _verdict(intent, "join", both, "pending: both")
    if intent == "complaint" and r.length <= 6 and _REMEDY.search(text):
        return _verdict(intent, "choice", [], "pending: remedy")
    open_ended = len(options) > 1 or (_ASKS_HOW_MANY.search(asked.text) and not booked.amounts)
    if is_yes(text) and not text.strip().isdigit() and open_ended and intent == "join_group_buy":
        return Verdict("chitchat", None, "yes", 0.9, "pending: yes to a choice says nothing")
    if (is_yes(text) and not text.strip().isdigit()) or _echoes(text, asked.text):
        return _verdict(intent, "yes", _asked_items(booked, r), "pending: yes")
    named = next((key for key, span in options.items() if _says(r, booked, span)), None)
    if named is not None:
        return _choice(intent, named, options[named], booked, r)
    return _amount(intent, r, booked, asked.text)


_REMEDY = re.compile(r"退|补|换|都行|都可以|随便|你定")


def _key(text: str, keys: list[str]) -> str | None:
    """The option that the answer points to by its letter, number or place."""
    if not keys:
        return None
    if chosen := _ANSWER.match(text):
        key = _HAN_KEYS.get(chosen["key"], chosen["key"])
        if key in keys:
            return key
        if key.isdigit() and 1 <= int(key) <= len(keys):
            return keys[int(key) - 1]
    if placed := _PLACE.match(text):
        return keys[0] if placed["place"][0] in "前上头" else keys[-1]
    return None


def _says(r: Reading, booked: slot_rules.Slots, span: tuple[int, int]) -> bool:
    """Does the answer name the product of this option?"""
    there = {n for f in booked.found if span[0] <= f.start < span[1] for n in f.names[:1]}
    here = {n for f in r.slots.found for n in f.names}
    return bool(there & here) and not r.question and not r.slots.amounts and r.rest <= 2


def _verdict(intent: str, fine: str, items: list[ItemMention], rule: str) -> Verdict:
    if intent == "join_group_buy":
        fine = "join"
    elif intent == "cancel_sign_up":
        fine = "cancel"
    elif intent == "change_sign_up":
        fine = "set"
    sub = "refund" if intent == "complaint" else None
    return Verdict(intent, sub, fine, 0.93, rule, items, flags=frozenset({"answer"}))


def _asked_items(booked: slot_rules.Slots, r: Reading) -> list[ItemMention]:
    """The items that the question proposed: the last amount said for each product."""
    made = [i for i in item_rules.items(booked, r.context.open) if i.product]
    named = [i for i in made if i.product != CURRENT]
    after = next((m for word in _MARKS if (m := search(word, booked.text))), None)
    if after and named:
        named = _said_after(booked, after.start(), named)
    kept: dict[str | None, ItemMention] = {}
    for item in named or made:
        kept[item.product] = _nameless(item)
    if not kept and r.context.open and len(r.context.open) == 1:
        return [ItemMention(product=CURRENT)]
    return list(kept.values())


def _said_after(booked: slot_rules.Slots, at: int, named: list[ItemMention]) -> list[ItemMention]:
    """Of the items of a question those that it proposes, with the amount it proposes."""
    wanted = {p.found.names[0] for p in booked.pieces if p.found and p.start >= at}
    kept = [i for i in named if i.product in wanted]
    if kept:
        return kept
    amount = next((a for a in booked.amounts if a.start >= at), None)
    if amount is None or len(named) != 1:
        return named
    one = named[0]
    return [ItemMention(one.mention, one.product, amount.value, amount.unit, Mode.SET, one.code)]


def _nameless(item: ItemMention) -> ItemMention:
    return ItemMention(None, item.product, item.quantity, item.unit, Mode.SET, item.code)


def _choice(intent: str, key: str, span: tuple[int, int], booked: slot_rules.Slots, r: Reading) -> Verdict:
    code = key.upper() if key.isalpha() else chr(64 + int(key)) if key != "0" else None
    inside = [f for f in booked.found if span[0] <= f.start < span[1] + 12]
    amounts = [a for a in booked.amounts if not a.bare]
    amount = next((a for a in amounts if span[0] <= a.start < span[1]), amounts[0] if amounts else None)
    product = inside[0].names[0] if inside else CURRENT
    quantity = amount.value if amount else None
    unit = amount.unit if amount else None
    mention = key.upper() if key.isalpha() and key in r.text else None
    item = ItemMention(mention, product, quantity, unit, Mode.SET, code)
    return _verdict(intent, "choice", [item], "pending: choice")


def _amount(intent: str, r: Reading, booked: slot_rules.Slots, asked: str) -> Verdict | None:
    """A number, with the unit and product of the question when the answer lacks them."""
    if r.rest > 2 or r.question or not r.slots.amounts or intent not in ("join_group_buy", "change_sign_up"):
        return None
    made = item_rules.items(r.slots, r.context.open)
    named = [i for i in made if i.product not in (None, CURRENT)]
    if named:
        return _verdict(intent, "join", made, "pending: items")
    amount = next((a for a in r.slots.amounts if not a.bare), r.slots.amounts[0])
    value: Decimal = amount.value
    unit = (
        r.slots.note.surface(amount.unit_at, amount.unit_at + len(amount.unit))
        if amount.unit and amount.unit_at >= 0
        else amount.unit
    )
    if unit is None:
        how = _ASKS_HOW_MANY.search(asked)
        unit = (
            (how["unit"] or how["unit2"]) if how else next((a.unit for a in booked.amounts if a.unit), None)
        )
    products = list(dict.fromkeys(f.names[0] for f in booked.found))
    product = products[0] if len(products) == 1 else CURRENT
    return _verdict(intent, "set", [ItemMention(None, product, value, unit)], "pending: amount")


__all__ = ["answer", "kind_of", "number"]
