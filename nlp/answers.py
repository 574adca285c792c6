"""Answers out of what the shop has on file, with the place they stand at; never anything else.

A line per question.  What is not on file is named in `missing`, so that the leader can be asked
(law 7).  Health is never judged: facts and the advice to ask a doctor.  Authenticity is never
asserted without evidence (F2).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from nlp.aspects import ASPECTS

CATALOGUE, SHOP, GROUP_BUY = "商品资料", "店铺说明", "本团"
ASK_A_DOCTOR = "孕妇、孩子、老人和有病在身的，能不能吃请先问医生"
NO_EVIDENCE = "没有凭证，我不能替团长保证"
MOST_LINES = 4
_TOLD_BY = ("description", "描述", "说明", "简介", "卖点", "备注")
_DAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the catalogue holds on a product; `facts` by the names of its columns."""

    name: str
    price_fen: int | None = None
    unit: str | None = None
    pack: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """How things stand in the group buy just now; times in the shop's zone.

    `open`: people can sign up for the product; `left` None: not counted.  `target_kind` as in the
    contract: people, quantity, amount (then `taken` and `target` are fen).  `tiers`: so many
    and a price in fen, of one when it is below the usual price, else of all of them.  `notes`: what the
    opening post says by aspect (arrival, pickup, …).
    """

    now: datetime | None = None
    open: bool = False
    paused: bool = False
    price_fen: int | None = None
    unit: str | None = None
    left: Decimal | None = None
    per_person: Decimal | None = None
    deadline: datetime | None = None
    taken: Decimal = Decimal(0)
    target: Decimal | None = None
    target_kind: str = "quantity"
    tiers: Sequence[tuple[Decimal, int]] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be said, where it stands, and which aspects nothing is on file for."""

    text: str
    """Empty when nothing at all is on file."""
    source: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    source: str


def answer(
    aspects: Sequence[str],
    product: Facts | None,
    shop_facts: Mapping[str, str],
    *,
    live: Live | None = None,
    question: str = "",
) -> Answer:
    """Answer each aspect in a line, as far as facts reach. `product` None: about the shop itself.

    `question` lets the very words find a fact that no aspect names (打蜡吗 → 不打蜡).
    """
    live = live or Live()
    lines: dict[str, _Line] = {}
    missing: list[str] = []
    for aspect in dict.fromkeys(aspects):
        found = _line(aspect, product, shop_facts, live, question)
        if found is None or found.text in (NO_EVIDENCE, ASK_A_DOCTOR):
            missing.append(aspect)
        if found is not None:
            lines.setdefault(found.text, found)
    if not lines and product and (told := _in_its_words(product, question)):
        return Answer(f"{product.name}：{told.text}", told.source)
    return _joined(list(lines.values())[:MOST_LINES], product, tuple(missing))


def _joined(lines: Sequence[_Line], product: Facts | None, missing: tuple[str, ...]) -> Answer:
    texts = [line.text for line in lines]
    about = [n for n, line in enumerate(lines) if line.source.partition("·")[2] in _OF_PRODUCT]
    if product and about:
        texts[about[0]] = f"{product.name}：{texts[about[0]]}"
    sources = dict.fromkeys(line.source for line in lines)
    return Answer("\n".join(texts), "；".join(sources), missing)


_OF_PRODUCT = frozenset({"描述", *(aspect.shown for aspect in ASPECTS.values() if not aspect.shop)})
"""Sources that are about one product: its name goes before the first of their lines."""


def _line(
    aspect: str, product: Facts | None, shop_facts: Mapping[str, str], live: Live, question: str
) -> _Line | None:
    note = live.notes.get(aspect)
    if note:
        return _Line(f"{_shown(aspect)}：{note}", GROUP_BUY)
    stated = _STATED.get(aspect)
    line = stated(product, live) if stated else None
    if line is None and product is not None:
        line = _from_catalogue(aspect, product, question)
    return line or _from_shop(aspect, shop_facts, question)


def _shown(aspect: str) -> str:
    return ASPECTS[aspect].shown if aspect in ASPECTS else aspect


# -- what the moment tells ------------------------------------------------------------------------


def _price(product: Facts | None, live: Live) -> _Line | None:
    fen = live.price_fen
    if fen is None and product is not None:
        fen = product.price_fen
    if fen is None:
        return None
    unit = live.unit or (product.unit if product else None) or "份"
    pack = f"（{product.pack}）" if product and product.pack else ""
    steps = "".join(f"，{step}" for step in _steps(live, unit))
    limit = f"，每人限{_plain(live.per_person)}{unit}" if live.per_person is not None else ""
    source = GROUP_BUY if live.price_fen is not None and product is None else CATALOGUE
    return _Line(f"{_yuan(fen)}元/{unit}{pack}{steps}{limit}", f"{source}·价格")


def _stock(product: Facts | None, live: Live) -> _Line | None:
    """A count only when somebody counts; without one only whether people can sign up (law 12)."""
    unit = live.unit or (product.unit if product else None) or "份"
    source = f"{GROUP_BUY if live.open else CATALOGUE}·库存"
    if live.paused:
        return _Line("暂停报名了，可以先排候补", source)
    if live.left is not None and live.left <= 0:
        return _Line("没有了" + ("，可以排候补" if live.open else ""), source)
    if live.left is not None:
        return _Line(f"有，还剩{_plain(live.left)}{unit}", source)
    return _Line("能报，没有限量", source) if live.open else None


def _discount(product: Facts | None, live: Live) -> _Line | None:
    if not live.tiers:
        return None
    unit = live.unit or (product.unit if product else None) or "份"
    return _Line(f"优惠：{'，'.join(_steps(live, unit))}", GROUP_BUY)


def _steps(live: Live, unit: str) -> list[str]:
    """满10板25元 is the price of one, 3盒100元 (more than one costs) that of three."""
    usual = live.price_fen
    return [
        f"{'' if usual is not None and price > usual else '满'}{_plain(count)}{unit}{_yuan(price)}元"
        for count, price in live.tiers
    ]


def _deadline(product: Facts | None, live: Live) -> _Line | None:
    if live.deadline is None:
        return _Line("还在团，没设截止时间", GROUP_BUY) if live.open else None
    when = moment(live.deadline, live.now)
    passed = live.now is not None and live.now >= live.deadline
    return _Line(f"{when}已经截止" if passed else f"{when}截止", GROUP_BUY)


def _progress(product: Facts | None, live: Live) -> _Line | None:
    if not live.open and live.target is None and not live.taken:
        return None
    unit = "户" if live.target_kind == "people" else live.unit or (product and product.unit) or "份"
    taken, target = live.taken, live.target
    if live.target_kind == "amount":
        unit = "元"
        taken, target = taken / 100, None if target is None else target / 100
    if target is None:
        return _Line(f"已报{_plain(taken)}{unit}，没设成团数", GROUP_BUY)
    if taken >= target:
        return _Line(f"已成团，{_plain(taken)}/{_plain(target)}{unit}", GROUP_BUY)
    gap = _plain(target - taken)
    return _Line(f"已报{_plain(taken)}/{_plain(target)}{unit}，还差{gap}{unit}", GROUP_BUY)


_STATED = {
    "price": _price,
    "stock": _stock,
    "discount": _discount,
    "deadline": _deadline,
    "progress": _progress,
}


# -- what the catalogue tells ---------------------------------------------------------------------


def _from_catalogue(aspect: str, product: Facts, question: str) -> _Line | None:
    if aspect == "evidence":
        return _evidence(product)
    if aspect == "safety":
        return _safety(product)
    if aspect == "size":
        return _fact("size", product, question) or _fact("pack", product, question)
    return _fact(aspect, product, question)


def _fact(aspect: str, product: Facts, question: str) -> _Line | None:
    known = ASPECTS.get(aspect)
    if known is None:
        return None
    facts = {**product.facts, "pack": product.pack or product.facts.get("pack", "")}
    for name in known.product:
        if facts.get(name):
            return _Line(f"{known.shown}：{_spread(facts[name])}", f"{CATALOGUE}·{known.shown}")
    told = [s for s in _sentences(product) if known.told.search(s)]
    asked = [s for s in told if _overlap(question, s)] or told
    if not asked:
        return None
    return _Line("，".join(asked[:2]), f"{CATALOGUE}·描述")


def _evidence(product: Facts) -> _Line:
    for name in ASPECTS["evidence"].product:
        if product.facts.get(name):
            return _Line(f"凭证：{_spread(product.facts[name])}", f"{CATALOGUE}·凭证")
    return _Line(NO_EVIDENCE, f"{CATALOGUE}·凭证")


def _safety(product: Facts) -> _Line:
    parts = [line.text for a in ("allergen", "safety") if (line := _fact(a, product, ""))]
    return _Line("；".join([*dict.fromkeys(parts), ASK_A_DOCTOR]), f"{CATALOGUE}·过敏原")


def _sentences(product: Facts) -> Iterator[str]:
    for name in _TOLD_BY:
        for sentence in re.split(r"[，,。；;！!\n]", product.facts.get(name, "")):
            if sentence.strip():
                yield sentence.strip()


def _in_its_words(product: Facts, question: str) -> _Line | None:
    """A column or a sentence that speaks of the very thing that was asked."""
    plain = question.replace(product.name, " ")
    for name, value in product.facts.items():
        if len(name) > 1 and name in plain and value:
            return _Line(f"{name}：{_spread(value)}", f"{CATALOGUE}·{name}")
    best = max(_sentences(product), key=lambda s: _overlap(plain, s), default="")
    if _overlap(plain, best):
        return _Line(best, f"{CATALOGUE}·描述")
    return None


_SAID_EVERYWHERE = re.compile(r"可以|不可|是不|有没|没有|什么|怎么|这个|那个|多少|请问|能不|会不|一下|吗|呢")


def _overlap(question: str, sentence: str) -> int:
    """Pairs of characters that both hold, without those that every question holds."""
    asked = _SAID_EVERYWHERE.sub(" ", question)
    pairs = {asked[i : i + 2] for i in range(len(asked) - 1)}
    return sum(pair in sentence for pair in pairs if " " not in pair and pair.isalnum())


def _spread(value: str) -> str:
    return re.sub(r"\s*[;；]\s*", "、", value.strip())


# -- what the shop tells --------------------------------------------------------------------------


def _from_shop(aspect: str, shop_facts: Mapping[str, str], question: str) -> _Line | None:
    known = ASPECTS.get(aspect)
    words = known.shop if known else (aspect,)
    # The word that was said picks among several notes: 运费 before 配送.
    said = sorted(words, key=lambda word: word not in question)
    for word in said:
        for name, value in shop_facts.items():
            if word in name and value:
                return _Line(f"{name}：{value}", f"{SHOP}·{name}")
    return None


def compare(a: Facts, b: Facts, aspect: str | None = None, question: str = "") -> Answer:
    """Two products side by side in the facts of an aspect (A7), or in price, taste and origin."""
    aspects = [aspect] if aspect and aspect in ASPECTS else ["price", "taste", "origin"]
    parts: list[tuple[str, str]] = []
    missing: list[str] = []
    for name in aspects:
        first, second = (_from_side(name, side, question) for side in (a, b))
        if first is None and second is None:
            missing.append(name)
        elif aspect is None and (first is None or second is None):
            continue
        elif first != second or aspect:
            parts.append((first or "资料没写", second or "资料没写"))
    if not parts:
        return Answer("", "", tuple(missing))
    lines = [f"{side.name}：{'，'.join(p[n] for p in parts)}" for n, side in enumerate((a, b))]
    wanted = [_overlap(question, line.partition("：")[2]) for line in lines]
    ordered = lines if wanted[0] >= wanted[1] else lines[::-1]
    return Answer("\n".join(ordered), CATALOGUE, tuple(missing) if aspect else ())


def _from_side(aspect: str, product: Facts, question: str) -> str | None:
    stated = _STATED.get(aspect)
    line = stated(product, Live()) if stated else _from_catalogue(aspect, product, question)
    return line.text if line else None


# -- how it reads ---------------------------------------------------------------------------------


def moment(at: datetime, now: datetime | None) -> str:
    """“今天20:00”, “周五20:00”, “5月22日20:00”, in the zone of `now`."""
    local = at if now is None else at.astimezone(now.tzinfo)
    clock = "24:00" if (local.hour, local.minute) == (23, 59) else f"{local:%H:%M}"
    ahead = (local.date() - now.date()).days if now else 99
    if 0 <= ahead <= 2:
        return f"{('今天', '明天', '后天')[ahead]}{clock}"
    if 0 <= ahead < 7:
        return f"周{_DAYS[local.weekday()]}{clock}"
    return f"{local.month}月{local.day}日{clock}"


def _yuan(fen: int) -> str:
    return _plain(Decimal(fen) / 100)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
