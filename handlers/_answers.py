"""Putting an answer together: the lines for every question asked, and what is on no record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers._questions import (
    OF_THE_GROUP_BUY,
    OF_THE_SHOP,
    OTHER,
    Asked,
    Subject,
    all_words,
    in_words,
    live_of,
    open_subjects,
    subjects_of,
)
from handlers._turn import Turn
from nlp.answers import Live, answer, compare, moment
from nlp.aspects import ASPECTS, shown_names
from storage.group_buys.book import Book
from storage.group_buys.find import in_room
from storage.group_buys.tables import GroupBuy, Item, State
from storage.money import plain, yuan
from storage.questions import Knowledge, alike, known, topic

LINES = 4
"""A group answer is no longer than this (law 1)."""
CERTAIN = 0.8
_ASKED_EVERYWHERE = re.compile(
    r"上次|上回|之前|现在|大概|单价|价格|价钱|价位|价|怎卖|咋卖|钱|元|块|库存|货|今天|明天|剩|诱惑|you ?huo"
    r"|仲|冇|伐"
    r"|卖|买|给我|查|[一二两三几\d]+[份盒箱斤个板袋包瓶只]|贵|便宜|优惠|点|打折|为啥|为什么|这么|那么|几"
)
_NO_THING = re.compile(
    r"吃|喝|用|看|拿|买|闻|尝|口感|味道|这|那|它|他|你|我|一般|平时|如果|家里|小孩|孩子|老人|孕妇|宝宝|放|煮|蒸|洗|切|坏|收|送|包|本次|质量"
)
"""Words that begin the rest of a question and name no goods."""
_LIMIT = re.compile(
    r"限购|限[几多]|每[人户]限|限量|(?:能|可以|最多)[买要订报接][几多]|最多几|起订|起送|几[份箱盒个]起"
)
_SELLS = re.compile(r"^(?:你们?|咱们?|还|店里|这里|群里)*(?:有没有|有卖|有|卖)")
_BEFORE = re.compile(r"上[次回期]|以前|之前|上一[次团期]")


@dataclass(slots=True)
class Missing:
    """A question that no record answers."""

    asked: Asked
    product: str
    about: str
    shown: str = ""


@dataclass(slots=True)
class Composed:
    """What can be said, what it rests on, and what must be asked of the leader."""

    lines: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    aspects: list[str] = field(default_factory=list)

    def add(self, text: str, source: str) -> None:
        """Lines that are not there yet."""
        for line in text.split("\n"):
            if line and line not in self.lines:
                self.lines.append(line)
        if source and source not in self.sources:
            self.sources.append(source)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: `room` None is private; `home` is the group whose goods are meant."""

    room: str | None
    home: str | None
    person: str


async def compose(turn: Turn, parts: Sequence[Asked], place: Place) -> Composed:
    """Answer the fragments of one person together."""
    made = Composed()
    for asked in _with_products(turn, parts, place):
        made.aspects += [a for a in asked.aspects if a not in made.aspects]
        if _BEFORE.search(asked.text) and "price" in asked.aspects:
            await _earlier_price(turn, made, asked, place)
        elif _compares(asked):
            _compared(turn, made, asked, place)
        else:
            _answered(turn, made, asked, place)
    return made


def _with_products(turn: Turn, parts: Sequence[Asked], place: Place) -> list[Asked]:
    """A fragment that names nothing is about what its neighbours name."""
    named = [p.products for p in parts if p.products]
    if not named:
        return list(parts)
    filled, last = [], named[0]
    for part in parts:
        last = part.products or last
        filled.append(Asked(part.id, part.text, part.aspects, part.sub, last, True, part.heard))
    return filled


def _answered(turn: Turn, made: Composed, asked: Asked, place: Place) -> None:
    subjects = subjects_of(turn, asked, place.home, place.person, place.room)
    limits = _LIMIT.search(asked.text) is not None
    stranger = None if limits else _unknown_thing(turn, asked, place)
    if stranger:
        made.missing.append(Missing(asked, stranger, stranger, stranger))
        return
    made.subjects += [s for s in subjects if s not in made.subjects]
    if subjects and limits:
        made.add("；".join(_limits(subject) for subject in subjects[:4]), "本团")
        return
    general = [a for a in asked.aspects if a in OF_THE_SHOP or a in OF_THE_GROUP_BUY]
    special = [a for a in asked.aspects if a not in general]
    for aspect in asked.aspects:
        if aspect in general:
            _about_the_offer(turn, made, asked, aspect, subjects, place)
        elif aspect in special:
            _about_products(turn, made, asked, special, subjects)
            special = []


def _unknown_thing(turn: Turn, asked: Asked, place: Place) -> str | None:
    """A thing that is asked for by a name the shop has never heard (榴莲多少钱, 糯米软不软)."""
    of_goods = [a for a in asked.aspects if a in ASPECTS and a not in OF_THE_SHOP]
    if asked.products or not of_goods or set(of_goods) & OF_THE_GROUP_BUY:
        return None
    left = asked.text
    for aspect in of_goods:
        left = ASPECTS[aspect].asked.sub(" ", left)
    words = all_words(open_subjects(turn, place.home))
    about = re.sub(r"[^一-龥]", "", topic(_ASKED_EVERYWHERE.sub("", left), words))
    least = 2 if place.room is None or {"price", "stock"} >= set(of_goods) else 3
    return about if least <= len(about) <= 8 and not _NO_THING.match(about) else None


# -- of the group buy and the shop ---------------------------------------------------------------


def _about_the_offer(
    turn: Turn,
    made: Composed,
    asked: Asked,
    aspect: str,
    subjects: Sequence[Subject],
    place: Place,
) -> None:
    told = _told(turn, asked, subjects[0].name if len(subjects) == 1 else "", sure=True)
    if told is not None:
        _tell(turn, made, told)
        return
    running = _running(turn, subjects, place, aspect)
    facts = turn.shop.settings.facts
    found = False
    offers: list[GroupBuy | None] = [*running[:2]]
    for group_buy in offers or [None]:
        live = _live(turn, group_buy)
        one = answer([aspect], None, facts, live=live, question=asked.text)
        if one.text:
            several = len(running) > 1 and group_buy is not None and one.source == "本团"
            head = f"团{group_buy.number} {group_buy.title}：" if several and group_buy else ""
            made.add(f"{head}{one.text}", one.source)
            found = True
    if not found:
        _none(turn, made, asked, aspect, subjects)


def _running(turn: Turn, subjects: Sequence[Subject], place: Place, aspect: str) -> list[GroupBuy]:
    mine = list(dict.fromkeys(s.group_buy.number for s in subjects if s.group_buy is not None))
    rows = in_room(turn.shop, place.home) if place.home is not None else []
    if mine:
        return [g for g in rows if g.number in mine]
    return [g for g in rows if g.state != State.FAILED] if aspect == "arrival" else rows[-1:]


def _live(turn: Turn, group_buy: GroupBuy | None) -> Live:
    if group_buy is None:
        return Live(now=turn.shop.settings.local(turn.now))
    live = live_of(turn.shop.settings, turn, Book(turn.shop, group_buy), None)
    if group_buy.state in (State.ARRIVED, State.PICKING):
        pickup = group_buy.pickup or turn.shop.settings.facts.get("自提", "")
        notes = {**live.notes, "arrival": "已经到了" + (f"，{pickup}" if pickup else "")}
        return Live(now=live.now, open=live.open, deadline=live.deadline, notes=notes)
    return live


# -- of products ---------------------------------------------------------------------------------


def _about_products(
    turn: Turn, made: Composed, asked: Asked, aspects: Sequence[str], subjects: Sequence[Subject]
) -> None:
    if len(subjects) > 1:
        _side_by_side(turn, made, asked, aspects, subjects)
        return
    subject = subjects[0] if subjects else None
    name = subject.name if subject is not None else ""
    told = _told(turn, asked, name, sure=True)
    if told is not None and len(asked.aspects) == 1:
        _tell(turn, made, told)
        return
    facts = turn.shop.settings.facts
    found = answer(
        aspects,
        subject.facts if subject is not None else None,
        facts,
        live=subject.live if subject is not None else None,
        question=asked.text,
    )
    if found.text:
        made.add(found.text, found.source)
    for aspect in found.missing:
        if aspect in ("stock", "restock") and subject is not None and subject.group_buy is None:
            made.add(f"{subject.name}：现在没有在团", "本群团购记录")
        else:
            _none(turn, made, asked, aspect, subjects)


def _limits(subject: Subject) -> str:
    unit = subject.live.unit or subject.facts.unit or "份"
    per_person = subject.live.per_person
    told = f"每人限{plain(per_person)}{unit}" if per_person is not None else "每人不限量"
    left = f"，还剩{plain(subject.live.left)}{unit}" if subject.live.left is not None else ""
    return f"{subject.name}：{told}{left}"


def _side_by_side(
    turn: Turn, made: Composed, asked: Asked, aspects: Sequence[str], subjects: Sequence[Subject]
) -> None:
    """The same question for everything on offer, in two lines at most (contract §9.4)."""
    texts, sources = [], []
    several = len({s.group_buy.number for s in subjects if s.group_buy is not None}) > 1
    for subject in subjects[:8]:
        found = answer(aspects, subject.facts, {}, live=subject.live, question=asked.text)
        if not found.text or set(found.missing) >= set(aspects):
            continue
        text = "，".join(found.text.split("\n")).removeprefix(f"{subject.name}：")
        letter = f"{subject.item.code} " if subject.item is not None else ""
        if several and subject.group_buy is not None:
            letter = f"团{subject.group_buy.number} {letter}"
        texts.append(f"{letter}{subject.name} {text}")
        sources.append(found.source)
    if not texts:
        for aspect in aspects:
            _none(turn, made, asked, aspect, subjects)
        return
    half = (len(texts) + 1) // 2
    lines = texts if len(texts) <= 2 else ["；".join(texts[:half]), "；".join(texts[half:])]
    made.add("\n".join(lines), sources[0])


def _none(turn: Turn, made: Composed, asked: Asked, aspect: str, subjects: Sequence[Subject]) -> None:
    """No record: perhaps a leader has said it before, else it is asked of him."""
    name = subjects[0].name if len(subjects) == 1 else ""
    told = _told(turn, asked, name, sure=False)
    if told is not None:
        _tell(turn, made, told)
        return
    if aspect in OF_THE_SHOP or (not asked.named and _SELLS.match(asked.text)):
        name = ""
    about = topic(asked.text, [*asked.products, *all_words(subjects)])
    shown = "" if aspect == OTHER else shown_names([aspect])
    if not any(m.asked.id == asked.id for m in made.missing):
        made.missing.append(Missing(asked, name, about, shown))


def _told(turn: Turn, asked: Asked, name: str, *, sure: bool) -> Knowledge | None:
    words = [name, *asked.products]
    product = name and next((s for s in [name]), "")
    about = topic(_without_aliases(turn, asked.text, words), words)
    found = known(turn.shop, product, about)
    if found is None or (sure and alike(found.topic, about) < CERTAIN):
        return None
    return found


def _without_aliases(turn: Turn, text: str, names: Sequence[str]) -> str:
    from storage.catalogue import by_name

    for name in names:
        product = by_name(turn.shop, name) if name else None
        for alias in product.aliases if product is not None else []:
            text = text.replace(alias, "")
    return text


def _tell(turn: Turn, made: Composed, told: Knowledge) -> None:
    day = turn.shop.settings.local(told.said_at)
    who = f"团长{day.month}月{day.day}日说"
    made.add(f"{who}：{told.answer}", f"{who}的")


# -- comparing, remembering ----------------------------------------------------------------------


def _compares(asked: Asked) -> bool:
    """“这俩啥区别”, “哪个好”, “买草莓还是蓝莓”."""
    if re.search(
        r"区别|差别|不同|哪[个种款].{0,6}[好甜软大划新适值]|对比|有[啥什].{0,2}推荐|推荐", asked.text
    ):
        return True
    return "还是" in asked.text and len(asked.products) != 1


def _compared(turn: Turn, made: Composed, asked: Asked, place: Place) -> None:
    words = in_words(turn, asked.text, place.home)
    names = list(dict.fromkeys([*words, *asked.products]))
    on_offer = open_subjects(turn, place.home)
    chosen = [s for s in on_offer if s.name in names] if len(names) > 1 else on_offer
    if len(chosen) < 2:
        _answered(turn, made, asked, place)
        return
    aspects = [a for a in asked.aspects if a not in (OTHER, "price") and a not in OF_THE_SHOP]
    aspect = aspects[0] if aspects and _says_aspect(asked, aspects[0]) else None
    found = compare(chosen[0].facts, chosen[1].facts, aspect, asked.text)
    made.subjects += chosen[:2]
    if found.text:
        made.add(f"{found.text}\n依据：商品说明", found.source)
    else:
        _none(turn, made, asked, aspect or OTHER, chosen[:2])


def _says_aspect(asked: Asked, aspect: str) -> bool:
    return ASPECTS[aspect].asked.search(asked.text) is not None or bool(
        re.search(r"甜|软|硬|脆|酸|辣|糯", asked.text)
    )


async def _earlier_price(turn: Turn, made: Composed, asked: Asked, place: Place) -> None:
    """上次多少钱: the price of the group buy before, beside the one of now (A9)."""
    subjects = subjects_of(turn, asked, place.home, place.person, place.room)
    made.subjects += subjects[:1]
    if len(subjects) != 1:
        _answered(turn, made, asked, place)
        return
    subject = subjects[0]
    now = subject.group_buy.number if subject.group_buy is not None else None
    items = await turn.shop.find(Item, name=subject.name)
    before = sorted((i for i in items if i.group_buy != now), key=lambda i: i.group_buy)
    current = f"本次{yuan(subject.facts.price_fen)}元" if subject.facts.price_fen else ""
    if not before:
        made.add(f"{subject.name}：以前没有团过{'，' + current if current else ''}", "本群团购记录")
        return
    last = before[-1]
    rows = await turn.shop.find(GroupBuy, number=last.group_buy)
    day = turn.shop.settings.local(rows[0].opened_at) if rows else None
    when = f"{day.month}月{day.day}日" if day is not None else "上次"
    text = f"{subject.name}：{when}团{yuan(last.price_fen)}元/{last.unit}"
    made.add(f"{text}{'，' + current if current else ''}", "本群团购记录")


__all__ = ["LINES", "Composed", "Missing", "Place", "compose", "moment"]
