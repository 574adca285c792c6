"""Words that correct a draft or an open group buy: 截止改周六, 草莓改42, 加一个C 蓝莓 25元/盒."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from nlp.deadlines import parse_duration, parse_time
from nlp.normalize import fold_each as fold
from nlp.opening._items import clean, read_items
from nlp.opening._prices import HAN, fen
from nlp.opening._shapes import AMOUNT, PEOPLE, QUANTITY, Opening, OpeningItem, Tier, better_price, problems
from nlp.opening._terms import find_terms
from nlp.quantities import UNIT, number

_NUM = rf"(?:\d{{1,6}}(?:\.\d{{1,2}})?|[{HAN}]{{1,6}})"
_TO = r"(?:改成|改为|改到|改|换成|换到|换|调成|调到|调整?为?|变成|变为|定为|设为|设成|是|为|[:：=])"
_CLAUSES = re.compile(
    r"[,，;；\n。]+|(?<=[\u4e00-\u9fff\d])\s+(?=(?:截止|截单|标题|目标|自提|到货|限|总共"
    r"|[A-H]\s?改|去掉|加一?个))"
)
_TIME = re.compile(
    r"(?:截止|截单|收单|截团|结束|deadline|延长?到|延期到|延至|推迟到|提前到|推到|(?:时间"
    r"|截止)(?:时间|日期)?(?:改|换|调))"
)
_LONGER = re.compile(r"(?:再开|延长?|延期|推迟|延后|再延|加时|多开|往后延)(?!到|至)")
_EARLIER = re.compile(r"提前(?!到|至)")
_TITLE = re.compile(
    rf"^(?:团购?)?(?:标题|题目|团名|名称|名字)(?:{_TO}叫?|叫|[ ])[ ]?[「“\"]?(?P<title>[^」”\"\n]{{1,60}})"
)
_TARGET = re.compile(
    rf"(?:(?:目标|成团(?:数量?|人数|条件)?|起团(?:数量?|人数)?|成团数){_TO}?(?:到|成"
    rf"|为)?[ ]?(?P<n>{_NUM})[ ]?(?P<unit>户|人|位|家|元|块|{UNIT})?(?:成团|起团)?"
    rf"|{_TO}?[ ]?(?:满)?(?P<m>{_NUM})[ ]?(?P<munit>户|人|位|家|元|块|{UNIT})?(?:就)?(?:成团"
    rf"|起团|开团|发车))$"
)
_NO_TARGET = re.compile(r"^(?:不设|不限|取消|去掉|不要|没有)(?:目标|成团(?:人数|数量?)?|起团量?)$")
_PICKUP = re.compile(
    rf"^(?:自提|取货|提货|领取)(?:点|地点|地址|地方)?(?:{_TO}(?:到|在|成|为)?|在"
    rf"|到)?[ ]?(?P<place>\S.{{0,40}})$"
)
_ARRIVAL = re.compile(
    rf"^(?:到货|送货|配送|发货)(?:时间|日期)?{_TO}?(?:到|成|为)?[ ]?(?P<when>\S.{{0,30}})$"
    r"|^(?:改|换)(?:成|到|为)?(?P<when2>.{1,20}?(?:到货|到|送货|送|发货))$"
)
_REMOVE = re.compile(
    r"^(?:去掉|删掉|删除|删了|删|不要|取消|撤下|撤掉|下架|拿掉|去除"
    r"|移除)[ ]?(?P<what>\S.{0,30}?)(?:了|吧)?$|^(?P<what2>\S.{0,20}?)(?:不要了|不团了|下架"
    r"|删掉|去掉|取消)(?:了|吧)?$"
)
_ADD = re.compile(
    r"^(?:再?(?:加|增加|新增|添加?|补)(?:一?个|一?款|一?样|上)?"
    r"|多加一?[个款样])[ ]?[:：]?(?P<item>\S.*)$"
)
_NO_LIMIT = re.compile(r"(?:不限购?|取消限购|限购取消|不限量|不限制?)(?:量|数)?$")
_PRICE = re.compile(
    rf"^(?P<what>.{{0,20}}?)[ ]?(?:的)?(?:单价|价格|价钱|价|卖)?[ ]?"
    rf"(?P<verb>涨价?到|涨至|降价?到|降至|优惠到|改价到?|调价到?|改成|改为|改到|改|换成|调到"
    rf"|调成|变成|是|=|[:：])?[ ]?"
    rf"[¥￥]?(?P<n>\d{{1,5}}(?:\.\d{{1,2}})?|[{HAN}]{{1,6}}(?=[元块]))[ ]?(?P<mark>元|块钱?)?"
    rf"(?:[ ]?/?(?:每|一)?(?P<unit>{UNIT}))?(?:吧|了|哦)?$"
)
_RELATIVE = re.compile(
    rf"^(?P<what>.{{0,20}}?)(?P<verb>涨价?|贵|加价|降价?|便宜|减"
    rf"|优惠)[ ]?(?P<n>{_NUM})[ ]?(?:元|块钱?|块)$"
)
_RENAME = re.compile(
    r"^(?P<what>.{1,20}?)(?:的)?(?:名字|名称|品名)?改(?:名?(?:成|为"
    r"|叫)|名)[ ]?(?P<name>[^\d\n]{1,30})$"
)
_PACK = re.compile(r"^(?P<what>.{0,20}?)(?:的)?(?:规格|包装)(?:改成|改为|改|换成|是)[ ]?(?P<pack>\d.{1,20})$")
_POLITE = re.compile(r"^(?:[@＠]\S{1,10}\s)?(?:小团)?[,， ]?(?:请|麻烦|帮我?|把|将|给我|那|还是|那就)*[ ]?")

Correction = Callable[[str, Opening, datetime], Opening | None]


def correct(text: str, opening: Opening, now: datetime) -> Opening | None:
    """`opening` with what the words change; None when they change nothing we understand."""
    changed, current = False, opening
    for clause in _CLAUSES.split(text[:1_000].strip()):
        said = _POLITE.sub("", clause.strip()).strip(" 。.!！~")
        if not said:
            continue
        for rule in _RULES:
            result = rule(said, current, now)
            if result is not None:
                current, changed = result, True
                break
    if not changed:
        return None
    return replace(current, problems=problems(current.items, current.deadline))


def _deadline(said: str, opening: Opening, now: datetime) -> Opening | None:
    plain = fold(said)
    step = 1 if _LONGER.search(plain) else -1 if _EARLIER.search(plain) else 0
    length = parse_duration(plain) if step else None
    if length and opening.deadline:
        later = max(opening.deadline, now) if step > 0 else opening.deadline
        moved = later + length * step
        return replace(opening, deadline=moved) if moved > now else None
    closes = _TIME.search(plain) or plain.endswith("截")
    if not closes and not re.match(r"(?:改|延|换)(?:到|成|为|至)?", plain):
        return None
    found = parse_time(said, now)
    if found is None or re.search(r"到货|送货|自提|取货|送$|到$", plain):
        return None
    return replace(opening, deadline=found.at)


def _title(said: str, opening: Opening, _now: datetime) -> Opening | None:
    match = _TITLE.match(said)
    title = clean(match["title"]) if match else ""
    if match and title and match["title"].strip().endswith(f"{title}团"):
        title += "团"  # 周末团 keeps its 团, which names of goods do not
    return replace(opening, title=title) if title else None


def _target(said: str, opening: Opening, _now: datetime) -> Opening | None:
    if _NO_TARGET.match(fold(said)):
        return replace(opening, target=None, target_kind=None, target_unit=None)
    match = _TARGET.search(fold(said))
    if match is None or match.start() > 2:
        return None
    amount = number(match["n"] or match["m"])
    if not amount or amount != int(amount):
        return None
    unit = match["unit"] or match["munit"]
    if unit in {"元", "块"}:
        return replace(opening, target=fen(amount), target_kind=AMOUNT, target_unit=unit)
    kind = PEOPLE if unit in {"户", "人", "位", "家"} else QUANTITY
    if unit is None and opening.target_kind in {PEOPLE, QUANTITY}:
        kind = opening.target_kind
    return replace(opening, target=int(amount), target_kind=kind, target_unit=unit or opening.target_unit)


def _pickup(said: str, opening: Opening, _now: datetime) -> Opening | None:
    match = _PICKUP.match(said)
    if match is None or match["place"].startswith(("时间", "码")):
        return None
    return replace(opening, pickup=match["place"].strip())


def _arrival(said: str, opening: Opening, now: datetime) -> Opening | None:
    match = _ARRIVAL.match(said)
    when = (match["when"] or match["when2"]).strip() if match else ""
    if not when or (parse_time(when, now) is None and not re.search(r"当天|次日|隔天|现货", when)):
        return None
    return replace(opening, arrival=when)


_LIMITS = {"limit", "limit_everything", "per_person", "per_everything", "total_tier"}


def _limits(said: str, opening: Opening, now: datetime) -> Opening | None:
    plain = fold(said)
    if _NO_LIMIT.search(plain):
        chosen = _named(plain, opening) or range(len(opening.items))
        return _with_items(opening, chosen, lambda i: replace(i, limit=None, per_person=None))
    spread = re.sub(r"(限购|限量|总量|库存|每人|每户|限)(?:改成|改为|改到|改|换成)", r"\1", plain)
    terms, _ = find_terms(spread, now)
    limits = [t for t in terms if t.kind in _LIMITS]
    if not limits:
        return None
    result: Opening | None = opening
    for term in limits:
        named = _named(spread[: term.start], opening) or _named(spread[term.end :], opening)
        chosen = named or range(len(opening.items))
        if result is not None and isinstance(term.value, tuple):
            result = _one_limit(result, term.kind, chosen, *term.value)
    return result


def _one_limit(
    opening: Opening, kind: str, chosen: Sequence[int], amount: Decimal | int, second: int
) -> Opening | None:
    if kind == "total_tier":
        # A better price can only be meant for what costs more.
        tiers = {n: better_price(opening.items[n].price_fen or 0, int(amount), second) for n in chosen}
        better = [(n, tier) for n, tier in tiers.items() if tier is not None]
        if len(better) != 1:
            return None
        [(only, tier)] = better
        return _with_items(opening, [only], lambda i: _tiered(i, tier))
    number_of = Decimal(amount)
    if kind in ("limit", "limit_everything"):
        if len(chosen) != 1 and kind == "limit":
            return None
        return _with_items(opening, chosen, lambda i: replace(i, limit=number_of))
    household = bool(second)
    return _with_items(opening, chosen, lambda i: replace(i, per_person=number_of, per_household=household))


def _tiered(item: OpeningItem, tier: Tier) -> OpeningItem:
    kept = tuple(t for t in item.tiers if t.quantity != tier.quantity or t.kind != tier.kind)
    return replace(item, tiers=(*kept, tier))


def _halves(said: str, opening: Opening, now: datetime) -> Opening | None:
    terms, _ = find_terms(fold(said), now)
    step = next((t.value for t in terms if t.kind == "step"), None)
    return replace(opening, step=step) if isinstance(step, Decimal) and len(said) <= 10 else None


def _remove(said: str, opening: Opening, _now: datetime) -> Opening | None:
    match = _REMOVE.match(said)
    what = fold((match["what"] or match["what2"]) if match else "")
    chosen = _named(what, opening)
    if len(chosen) != 1 or len(opening.items) < 2:
        return None
    return replace(opening, items=tuple(i for n, i in enumerate(opening.items) if n not in chosen))


def _add(said: str, opening: Opening, now: datetime) -> Opening | None:
    match = _ADD.match(said)
    if match is None:
        return None
    text = match["item"]
    _, masked = find_terms(fold(text), now)
    letter = re.match(r"\s*[A-Ha-h](?=[\s.、:：\u4e00-\u9fff])[\s.、:：]*", masked)
    if letter:
        text, masked = text[letter.end() :], masked[letter.end() :]
    items = [i for i in read_items(text, masked).items if i.name and i.price_fen is not None]
    if not items:
        return None
    added = list(opening.items)
    for item in items:
        code = _free_letter(added, letter.group().strip()[:1].upper() if letter else "")
        added.append(
            OpeningItem(code, item.name, item.price_fen, item.unit, item.pack, tiers=tuple(item.tiers))
        )
    return replace(opening, items=tuple(added))


def _free_letter(items: list[OpeningItem], wanted: str) -> str:
    taken = {item.code for item in items}
    if wanted and wanted not in taken:
        return wanted
    letters = (chr(code) for code in range(ord("A"), ord("Z") + 1))
    return next((c for c in letters if c not in taken), f"A{len(items)}")


def _price(said: str, opening: Opening, _now: datetime) -> Opening | None:
    plain = fold(said)
    relative = _RELATIVE.match(plain)
    if relative:
        return _relative_price(relative, opening)
    match = _PRICE.match(plain)
    if match is None or not (match["verb"] or match["mark"] or "价" in plain):
        return None
    what = match["what"]
    priced = bool(match["mark"] or "价" in plain or re.match("[涨降]", match["verb"] or ""))
    chosen = _named(what, opening)
    if not chosen and len(opening.items) == 1 and (not what.strip(" 都全部") or priced):
        chosen = range(1) if not what.strip(" 都全部的单价格") else ()
    if len(chosen) != 1:
        return None
    item = opening.items[chosen[0]]
    yuan = number(match["n"])
    if yuan is None or yuan <= 0 or not (priced or _plausible(yuan, match["unit"], item)):
        return None
    unit = match["unit"] or item.unit
    return _with_items(opening, chosen, lambda i: replace(i, price_fen=fen(yuan), unit=unit))


def _plausible(yuan: Decimal, unit: str | None, item: OpeningItem) -> bool:
    """“A改成38” is a price where the old one was 35, “A改成3” or “A改成3份” is none."""
    if unit is not None:
        return False
    if item.price_fen is None:
        return True
    return item.price_fen * Decimal("0.3") <= yuan * 100 <= item.price_fen * 3


def _relative_price(match: re.Match[str], opening: Opening) -> Opening | None:
    step = number(match["n"])
    chosen = _named(match["what"], opening)
    if not chosen and (not match["what"].strip() or match["what"].strip() in {"都", "全部"}):
        chosen = range(len(opening.items))
    if not step or not chosen:
        return None
    sign = -1 if re.match("[降便减优]", match["verb"]) else 1

    def moved(item: OpeningItem) -> OpeningItem:
        price = item.price_fen
        return item if price is None else replace(item, price_fen=max(price + sign * fen(step), 0))

    return _with_items(opening, chosen, moved)


def _rename(said: str, opening: Opening, now: datetime) -> Opening | None:
    match = _RENAME.match(said)
    if match is None or parse_time(match["name"], now) is not None:
        return None
    chosen = _named(fold(match["what"]), opening)
    name = clean(match["name"])
    # “A改成B” and “草莓改成蓝莓” between two items on sale are a buyer's swap.
    if len(chosen) != 1 or not name or _named(fold(name), opening):
        return None
    return _with_items(opening, chosen, lambda i: replace(i, name=name))


def _repack(said: str, opening: Opening, _now: datetime) -> Opening | None:
    match = _PACK.match(said)
    if match is None or not re.search(UNIT, fold(match["pack"])):
        return None
    chosen = _named(fold(match["what"]), opening)
    if not chosen and len(opening.items) == 1:
        chosen = range(1)
    if len(chosen) != 1:
        return None
    pack = match["pack"].strip()
    return _with_items(opening, chosen, lambda i: replace(i, pack=pack))


def _named(said: str, opening: Opening) -> Sequence[int]:
    """The items that a letter or a part of a name points to."""
    said = said.strip(" 的把将")
    if not said:
        return ()
    letter = re.match(r"([A-Za-z])(?:款|号|项)?$", said) or re.match(r"([A-Ha-h])(?=[ \u4e00-\u9fff])", said)
    if letter:
        code = letter[1].upper()
        found = tuple(n for n, item in enumerate(opening.items) if item.code == code)
        if found:
            return found
    exact = tuple(n for n, item in enumerate(opening.items) if fold(item.name) == said)
    if exact:
        return exact
    names = [fold(item.name) for item in opening.items]
    return tuple(n for n, name in enumerate(names) if said in name or name in said)


def _with_items(
    opening: Opening, chosen: Sequence[int], change: Callable[[OpeningItem], OpeningItem]
) -> Opening:
    items = tuple(change(i) if n in chosen else i for n, i in enumerate(opening.items))
    return replace(opening, items=items)


_RULES: tuple[Correction, ...] = (
    _title,
    _add,
    _target,
    _halves,
    _limits,
    _remove,
    _pickup,
    _arrival,
    _price,
    _deadline,
    _repack,
    _rename,
)
