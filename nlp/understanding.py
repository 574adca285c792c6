"""Text and surroundings to one meaning: normalise, find slots, ask the rules, then the model."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from nlp import items as item_rules
from nlp import slots as slot_rules
from nlp.intents import cues as c
from nlp.intents import pending, social
from nlp.intents.deciding import Guesser, decide
from nlp.intents.reading import Reading, Verdict, reading
from nlp.meaning import (
    CHITCHAT,
    CURRENT,
    SAME_AS_PREVIOUS,
    Context,
    ItemMention,
    Meaning,
    ProductMention,
)
from nlp.model import IntentModel
from nlp.normalize import Normalized, normalize
from nlp.pinyin import spelled
from nlp.products import Found, ProductEntry, ProductHit, Products

_LIST = re.compile(r"#\s?接龙|#\s?group note", re.IGNORECASE)
_ENTRY = re.compile(r"^\s*\d{1,3}\s?[.、．)）]\s?\S", re.MULTILINE)
_VOCATIVE = re.compile(r"^\s*小团(?:[,，:：\s!！]+|(?=帮|给|查|统计|汇总|结|截|开|取消|改|人工|转|名单))")
_LATIN = re.compile(r"[a-z]{2}")
_ENGLISH = re.compile(r"https?:|www\.|[a-z]\.[a-z]|^\s*(?:ok|hi|hello|kg|ml|vip|app|wifi)\s*$")
_CLAUSES = re.compile(r"\s*[,，;；。\n]+\s*|\s+(?=[帮替代给]|我[妈爸姐妹哥弟婆公奶爷])")
_FOR_OTHERS = re.compile(r"[,，;；。\n\s]\s*(?:[帮替代给再另我]|[一-龥])")
_PERSONAL = frozenset({"join_group_buy", "change_sign_up", "cancel_sign_up", "query_my_orders"})
"""Intents that may be for somebody else."""
_STANDING = frozenset({"change_sign_up", "cancel_sign_up"})
"""Intents about an order that stands."""


class Understander:
    """Understands the messages of one shop; `put` and `remove` change what it knows at once."""

    def __init__(
        self,
        products: Iterable[ProductEntry],
        *,
        shop_words: Iterable[str] = (),
        model: Guesser | None = None,
    ) -> None:
        self._products = Products(products)
        self._shop_words = tuple(shop_words)
        self._model = model or IntentModel.load()

    def put(self, product: ProductEntry) -> None:
        """Adds or replaces a product."""
        self._products.put(product)

    def remove(self, product_id: str) -> None:
        """Forgets a product."""
        self._products.remove(product_id)

    def find_products(self, text: str, open_names: Sequence[str] | None = None) -> list[ProductHit]:
        """Products that `text` names exactly, by an alias, or by sound and spelling; best first."""
        note = normalize(text)
        found = self._products.find(note.text, open_names)
        if not any(not f.weak for f in found):
            near = self._products.sounds_like(re.sub(r"\s+", "", note.text), open_names)
            found += [near] if near else []
        hits = []
        for one in found:
            for name in one.names:
                entry = self._products.entry(name) or ProductEntry("", name)
                hits.append(ProductHit(entry, note.text[one.start : one.end], one.start, one.end, one.score))
        return sorted(hits, key=lambda h: -h.score)

    def understand(
        self, text: str, context: Context | None = None, note: Normalized | None = None
    ) -> Meaning:
        """The meaning of one message; any text has one. `note`: the text when it is normalised already."""
        context = Context() if context is None else context
        note = note or normalize(text)
        if not note.text or note.text.isspace():
            return CHITCHAT
        if "接龙" in note.text or "group note" in note.text:
            listed = self._native_list(note, context)
            if listed is not None:
                return listed
        r = self._reading(note, context)
        verdict = self._verdict(r)
        meaning = self._meaning(r, verdict)
        if meaning.on_behalf_of and meaning.intent == "join_group_buy" and _FOR_OTHERS.search(note.text):
            parts = self._parts(note.text, context)
            return replace(meaning, parts=parts) if parts else meaning
        return meaning

    def _parts(self, text: str, context: Context) -> tuple[Meaning, ...]:
        """“来两个，帮我妈也来一个”: each order with whom it is for; nothing when there is only one."""
        orders: list[tuple[str, Meaning | None]] = []
        for clause in _CLAUSES.split(text):
            made = self._one(clause, context)
            if orders and (made is None or orders[-1][1] is None):
                joined = f"{orders[-1][0]},{clause}"
                orders[-1] = (joined, self._one(joined, context))
            else:
                orders.append((clause, made))
        found = [meaning for _, meaning in orders if meaning is not None]
        whom = {meaning.on_behalf_of for meaning in found}
        return tuple(found) if len(found) == len(orders) == len(whom) and len(found) > 1 else ()

    def _one(self, clause: str, context: Context) -> Meaning | None:
        """A clause that is an order by itself."""
        r = self._reading(normalize(clause), context)
        if not r.slots.pieces:
            return None
        meaning = self._meaning(r, self._verdict(r))
        ordered = meaning.intent == "join_group_buy" and meaning.fine == "join" and meaning.items
        return meaning if ordered and meaning.copy is None else None

    # ----------------------------------------------------------------------- steps

    def _reading(self, note: Normalized, context: Context) -> Reading:
        addressed = context.mentioned or context.private or note.mentioned_bot
        if "小团" in note.text and (called := _VOCATIVE.match(note.text)):
            addressed = True
            note = Normalized(
                " " * called.end() + note.text[called.end() :], note.source, note.offsets, note.quote,
                note.mentioned_bot, note.mentions,
            )  # fmt: skip
        if _LATIN.search(note.text) and not _ENGLISH.search(note.text):
            parts = spelled(note.text, lambda word: bool(self._products.pinyin_word(word, context.open)))
            note = note.rewritten(parts) if parts else note
        slots = slot_rules.read(note, self._products, context.open)
        r = reading(slots, context, addressed)
        self._by_sound(r)
        return r

    def _by_sound(self, r: Reading) -> None:
        """Looks for a misspelt product where an order or question names none."""
        s = r.slots
        if r.named or r.rest < 1 or r.length > 24:
            return
        if not r.has(c.PRICE | c.STOCK) and not any(not a.bare for a in s.amounts):
            return
        for found in self._near(r):
            s.found.append(found)
            s.pieces.append(slot_rules.Piece("product", found.start, found.end, found))
            s.pieces.sort(key=lambda p: p.start)
            for i in range(found.start, found.end):
                if not r.covered[i]:
                    r.covered[i] = 1
                    r.rest -= 1

    def _near(self, r: Reading) -> list[Found]:
        found = []
        for word in re.finditer(r"[a-z]+(?: [a-z]+){0,3}", r.text):
            names = self._products.pinyin_word(word[0].replace(" ", ""), r.context.open)
            if names:
                found.append(Found(word.start(), word.end(), names, 0.7))
        if found:
            return found
        for run in re.finditer(r"[一-龥]{2,12}", r.text):
            start, end = run.span()
            while start < end and (r.covered[start] and r.slots.taken[start]):
                start += 1
            if all(r.covered[start:end]):
                continue
            near = self._products.sounds_like(r.text[start:end], r.context.open)
            if near and not any(r.slots.taken[start + near.start : start + near.end]):
                return [Found(start + near.start, start + near.end, near.names, near.score)]
        return []

    def _verdict(self, r: Reading) -> Verdict:
        context = r.context
        if context.role == "agent":
            return Verdict(rule="an agent speaks")
        if context.pending:
            answered = pending.answer(r, context.pending, self._products)
            if answered is not None:
                return answered
        return decide(r, self._model)

    def _native_list(self, note: Normalized, context: Context) -> Meaning | None:
        """A native list is recognised by its head; handlers read its lines."""
        head = _LIST.search(note.text)
        body = note.text[head.end() :] if head else ""
        if head is None or "\n" not in body:
            return None
        entries = len(_ENTRY.findall(body))
        found = self._products.find(note.text[:400], context.open)
        selling = any(not f.weak for f in found) or bool(slot_rules.PRICE.search(body[:400]))
        if not selling:
            return None if entries == 0 else CHITCHAT
        if entries:
            return Meaning("join_group_buy", None, "native_list", 0.95, "native list")
        return None

    # ----------------------------------------------------------------------- the result

    def _meaning(self, r: Reading, verdict: Verdict) -> Meaning:
        s, flags = r.slots, verdict.flags
        if r.addressed or s.with_self:
            flags = flags | _flags(r.addressed, s.with_self)
        if verdict.items:
            items = tuple(self._quoted(r, verdict.items))
        else:
            items = self._just_named(r) if verdict.intent in _STANDING else ()
        if verdict.intent == "chitchat":
            fine = _bare_answer(r) if verdict.fine is None else verdict.fine
            whom, number = s.on_behalf_of if fine == "paid" else None, _group_buy(r.text)
            if items or whom is not None or number is not None:
                certain = round(verdict.confidence, 3)
                return Meaning(
                    "chitchat", None, fine, certain, verdict.rule, items,
                    on_behalf_of=whom, group_buy=number, flags=flags,
                )  # fmt: skip
            return _chatter(fine, round(verdict.confidence, 3), verdict.rule, flags)
        return Meaning(
            verdict.intent,
            verdict.sub,
            verdict.fine,
            round(verdict.confidence, 3),
            verdict.rule,
            items,
            product=self._mentioned(r, items),
            asks=verdict.asks,
            aspect=verdict.aspect,
            time=s.time,
            address=s.address,
            on_behalf_of=s.on_behalf_of if verdict.intent in _PERSONAL else None,
            phone=s.phone,
            deadline=self._deadline(r),
            remark=verdict.remark,
            group_buy=_group_buy(r.text),
            copy=verdict.copy,
            urgency=verdict.urgency,
            flags=flags,
        )

    def _deadline(self, r: Reading) -> datetime | dict[str, Any] | None:
        """The point in time or the recurring rule that the text names, when the clock is known."""
        now = r.context.now
        if now is None or (r.slots.time is None and "每" not in r.text):
            return None
        from nlp.deadlines import Recurring, parse_when

        found = parse_when(r.slots.note.source, now)
        if isinstance(found, Recurring):
            return found.to_json()
        return found.at if found else None

    def _quoted(self, r: Reading, items: list[ItemMention]) -> list[ItemMention]:
        """“2份” under a quoted offer means the quoted item."""
        quoted = r.slots.note.quote[1] if r.slots.note.quote else r.context.quoted
        if not quoted:
            return items
        if len(items) == 1 and items[0].product == SAME_AS_PREVIOUS:
            return self._ordered(quoted, r.context.open) or items
        if any(i.product != CURRENT for i in items):
            return items
        found = self._products.find(normalize(quoted).text, r.context.open)
        names = {f.names[0] for f in found if not f.weak}
        if len(names) != 1:
            return items
        name = names.pop()
        return [
            ItemMention(
                i.mention, name, i.quantity, i.unit, i.mode, i.code, i.remark, i.candidates, i.at_most
            )
            for i in items
        ]

    def _just_named(self, r: Reading) -> tuple[ItemMention, ...]:
        """A change or a cancel without amounts is about the product that it names."""
        named = [f for f in r.slots.found if not f.weak]
        if len(named) != 1:
            return ()
        return (ItemMention(r.slots.note.surface(named[0].start, named[0].end), named[0].names[0]),)

    def _ordered(self, quoted: str, open_names: Sequence[str] | None) -> list[ItemMention]:
        """The items of an order that somebody quotes to have the same."""
        slots = slot_rules.read(normalize(quoted), self._products, open_names)
        return [
            ItemMention(None, i.product, i.quantity, i.unit, i.mode, i.code)
            for i in item_rules.items(slots, open_names)
            if i.quantity is not None
        ]

    def _mentioned(self, r: Reading, items: tuple[ItemMention, ...]) -> ProductMention | None:
        s = r.slots
        if items and any(i.product not in (CURRENT, None) for i in items):
            return None
        best = max(s.found, key=lambda f: (not f.weak, f.score, -f.start), default=None)
        if best is not None:
            rest = best.names if len(best.names) > 1 else ()
            return ProductMention(s.note.surface(best.start, best.end), best.names[0], rest)
        if s.note.quote or r.context.quoted:
            return self._pointed(r)
        return None

    def _pointed(self, r: Reading) -> ProductMention | None:
        quoted = r.slots.note.quote[1] if r.slots.note.quote else r.context.quoted or ""
        found = [f for f in self._products.find(normalize(quoted).text, r.context.open) if not f.weak]
        if len({f.names[0] for f in found}) != 1:
            return None
        word = next((w for w in ("这个", "那个", "这款", "它") if w in r.text), "")
        return ProductMention(word, found[0].names[0])


@lru_cache(maxsize=2048)
def _chatter(fine: str | None, confidence: float, rule: str, flags: frozenset[str]) -> Meaning:
    """Most messages mean nothing more than this, so the same one is given again."""
    return Meaning("chitchat", None, fine, confidence, rule, flags=flags)


@cache
def _flags(addressed: bool, with_self: bool) -> frozenset[str]:
    said = (("addressed", addressed), ("for_self_too", with_self))
    return frozenset(flag for flag, true in said if true)


def _bare_answer(r: Reading) -> str | None:
    """Yes, no and choices keep their reading, for a handler that has asked something."""
    if r.length > 6 or (not r.addressed and r.context.pending is None):
        return None
    if r.context.pending is None:
        return None
    if social.is_yes(r.text):
        return "yes"
    if social.is_no(r.text):
        return "no"
    return "choice" if social.is_choice(r.text) else None


_NUMBERED = re.compile(r"(?:团|结团|截单|第)\s?#?(\d{1,4})(?:号团|号|团)?(?!\d|[份盒箱点:.])")


def _group_buy(text: str) -> int | None:
    found = _NUMBERED.search(text) if "团" in text or "单" in text or "列表" in text else None
    return int(found[1]) if found else None
