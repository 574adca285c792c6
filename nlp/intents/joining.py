"""Sign-ups: an order in any of its shapes, and what only looks like one."""

import re
from decimal import Decimal
from itertools import pairwise

from nlp import items as item_rules
from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.intents.telling import AGREES, IDIOMS, NARRATIVE, OWN_SHARE, PRICE_TALK, SOME_ARE
from nlp.intents.wrapping import only_wrapping, plain_order
from nlp.meaning import CURRENT, Copy, ItemMention, Mode
from nlp.patterns import search
from nlp.people import Person, is_name
from nlp.slots import SAME

_PLUS_ONLY = re.compile(
    r"^\s*(?:我|我也|也|接|接龙|报名)?\s?\+\s?(\d{1,3}|[一二两三四五六七八九十])\s?[一-龥]?\s*"
    r"[!~。吧哈呀谢]*\s*$"
)
_DESCRIBES = re.compile(r"^\s*(?:[\d一二两三四五六七八九十]{1,3})\s?[盒箱袋包瓶罐桶提板份件只条](?!了|没)")
_REMARK = re.compile(
    r"(?:不要|别放|不放|免|少放|多放|挑|要(?![只个份盒袋箱斤包板]□))[一-龥]{1,8}|(?:切[块片丝段]|剁[块碎]"
    r"|去[皮骨鳞头]|真空包装)|帮我?(?:剁|切|杀"
    r"|处理|洗)[一-龥]{0,4}|[一-龥]{1,4}一点(?:的)?"
    r"|带[一-龥]{1,3}的"
)


def plain(r: Reading) -> Verdict | None:
    """An order with nothing else said: certain, and most orders are."""
    if not r.slots.pieces or r.slots.same or r.has(c.EVERY | c.REST | c.QUEUE | c.SAME):
        return None
    if _ALL_THE_REST.search(r.text):
        return None
    if not _might_be_plain(r) or not plain_order(r):
        return None
    return _ordered(r, item_rules.items(r.slots, r.context.open), 0.96, "join: nothing but an order")


def join(r: Reading) -> Verdict | None:
    """An order for oneself or somebody else, in any of its shapes."""
    s = r.slots
    if _TOO_MANY.match(r.text):
        return Verdict(confidence=0.95, rule="a number for fun")
    if OWN_SHARE.match(r.text):
        return Verdict(confidence=0.9, rule="brought along, not ordered")
    if special := _special(r) or _for_name(r):
        return special
    if not r.named and not s.codes and not s.same and _something_else(r):
        return Verdict(confidence=0.85, rule="of something that nobody sells here")
    made = item_rules.items(s, r.context.open) if s.pieces else []
    score = _evidence(r, made)
    certain = bool(s.pieces) and _might_be_plain(r) and plain_order(r)
    if score < 2.5 and not certain:
        told = r.has(c.ITEMS) and not r.has(c.JOIN) and not r.question and NARRATIVE.search(r.text)
        sure = 0.94 if told and PRICE_TALK.search(r.text) else 0.85
        return Verdict(confidence=sure, rule="told, not ordered") if told else None
    if s.same:
        rest = [i for i in made if i.mention]
        return _ok("join", [item_rules.same_item(s), *rest], 0.9, "join: the same and more", copy=_copy(r))
    return _ordered(r, made, 0.96 if certain else min(0.88, 0.5 + score * 0.08), "join: amounts and names")


_HAN = re.compile(r"[一-龥]+")
_QUALITY = re.compile(
    r"[的点]|[大小熟生甜红白]$|分开|装袋|谢|麻烦|凑|一起|就|可以|行|先|到|给|自提|送|放|带|家|室|楼|号"
)


def _something_else(r: Reading) -> bool:
    """“再来一份虾滑”: the word right behind an amount is a thing, and none that is known here."""
    for amount in r.slots.amounts:
        word = _HAN.match(r.text, amount.end) if not amount.bare else None
        if word is None or _QUALITY.search(word[0]):
            continue
        places = range(word.start(), word.end())
        unknown = [i for i in places if not r.covered[i] and not r.slots.taken[i]]
        if len(unknown) >= 2 and unknown[0] == word.start() and len(unknown) == len(places):
            return True
    return False


def _ordered(r: Reading, made: list[ItemMention], confidence: float, rule: str) -> Verdict:
    fine = "waitlist" if r.has(c.QUEUE) else "join"
    flags = frozenset({"conditional"}) if _IF.search(r.text) else frozenset()
    made = made or [ItemMention(product=CURRENT)]
    return _ok(fine, made, confidence, rule, flags=flags, remark=_remark(r))


_TOO_MANY = re.compile(r"^\s*\+\s?(?:\d{4,}|[1-9]\d\d|5[1-9]|[6-9]\d)\s*$")
_REST = re.compile(
    r"剩[^,，]{0,4}我[^,，]{0,3}[包要全]|剩|余下|包圆|归我|[□\s]我全?包了\s*[!。~]*$|^我全?包了\s*[!。~]*$"
)
_ALL_THE_REST = re.compile(
    r"(?:剩|余)下?(?:来)?的?(?:那?几?[□\s]*)(?:我|我家)?(?:都|全|全部)(?:我)?(?:要|包)|(?:剩"
    r"|余)下?的?[□\s]*(?:都|全)(?:部)?给我"
)
"""“剩下的苹果我都要”, “苹果剩下的全要了”: the words stand apart from each other."""
_IF = re.compile(r"如果|要是|假如|若是?|的话")
_MORE = re.compile(
    r"(?:再|多)(?:来|加|要|添|订|报|拿|带)\s*$|追加\s*$|^\s*(?:我|我家)?(?:再|也)?(?:加|来|要|订|报|接)\s*$"
)
_DRINKS = ("杯", "碗", "把")
"""Units of evenings out, not of parcels: without a name they order nothing."""
_JOINED = re.compile(r"\s?")


def _might_be_plain(r: Reading) -> bool:
    """Cheap reasons why amounts are no order, however little else is said."""
    wants = r.has(c.JOIN | c.WANT) and "买的" not in r.text
    if not r.named and not wants and any(a.unit == "块" for a in r.slots.amounts):
        return False  # 二十块 is money
    amounts = [a for a in r.slots.amounts if not a.bare]
    named = [p for p in r.slots.pieces if p.kind != "amount"]
    if (r.question and not r.polite) or (r.has(c.PAST | c.FOREIGN) and not named):
        return False
    if not named and any(a.unit in _DRINKS for a in amounts) and r.context.open is None:
        return False
    if not named and any(a.unit in ("口", "圈", "局", "刀") for a in amounts):
        return False
    if any(a.value >= 100 and a.unit in ("斤", "个", "g", "克") and not named for a in amounts):
        return False
    if any(_JOINED.fullmatch(r.text[a.end : b.start]) for a, b in pairwise(amounts)):
        return False
    if r.slots.price or IDIOMS.search(r.text) or AGREES.search(r.text) or "奖励" in r.text:
        return False
    if not named and all(a.counts for a in amounts) and r.length <= 1:
        return False
    if not amounts:
        if not r.slots.amounts or len(r.slots.amounts) > 8:
            return False
        if not named:
            return _MORE.search(r.text[: r.slots.amounts[0].start]) is not None
        return r.slots.codes > 0 or bool(r.context.open) or not any(p.found and p.found.weak for p in named)
    if any(
        a.sign == "-" or (a.sign == "+" and a.unit is None and a.value > 50) or a.value > 2000
        for a in amounts
    ):
        return False
    if not named:
        return len(amounts) == 1 or r.slots.each or len({a.unit for a in amounts}) == 1
    return True


def _ok(
    fine: str, items: list[ItemMention], confidence: float, rule: str, copy: Copy | None = None,
    flags: frozenset[str] = frozenset(), remark: str | None = None,
) -> Verdict:  # fmt: skip
    return Verdict(
        "join_group_buy", None, fine, confidence, rule, items, copy=copy, flags=flags, remark=remark
    )


def _copy(r: Reading) -> Copy:
    if r.slots.note.quote is not None:
        return Copy.QUOTED
    same = r.text[r.slots.same[0] : r.slots.same[1]] if r.slots.same else ""
    if any(w in same for w in ("老样子", "照旧", "还是那些", "上次", "老规矩")):
        return Copy.USUAL
    return Copy.PREVIOUS


_PART_GOES = re.compile(r"[\s□]*(?:送|放到?|自提|自取|我自己|给我|留)")


def _part_elsewhere(r: Reading) -> int | None:
    """Where it begins to say that only a part goes somewhere: 一板送8-201，一板我自己拿."""
    amounts = r.slots.amounts
    for before, part in pairwise(amounts):
        between = re.split("[,，]", r.text[before.end : part.start])[-1]
        other = "另" in between or ("□" not in between and part.value < amounts[0].value)
        if other and part.unit is not None and _PART_GOES.match(r.text, part.end):
            return part.start
    return None


def _remark(r: Reading) -> str | None:
    if (start := _part_elsewhere(r)) is not None:
        return r.slots.note.surface(start, len(r.text))
    found = _REMARK.search(r.text)
    if not found:
        return None
    if any(r.slots.taken[found.start() : found.end()]) or search(r"\d", found[0]):
        return None
    for amount in r.slots.amounts:
        if found.start() <= amount.start < found.end():
            return None
    part = next((a for a in r.slots.amounts[1:] if r.text[a.end : found.start()].strip() == ""), None)
    start = part.start if part is not None and part.end <= found.start() else found.start()
    return r.slots.note.surface(start, found.end())  # 一份不要香菜: which of them, too


def _special(r: Reading) -> Verdict | None:
    s, text = r.slots, r.text
    if r.question and not r.polite and not s.same:
        return None
    if AGREES.search(text) and not r.named:
        return None
    if (
        s.same
        and r.rest == 0
        and not r.has(c.NEGATION)
        and not r.has(c.MAYBE | c.FOREIGN | c.BAD)
        and r.length <= 16
        and _points(r)
    ):
        named = [i for i in item_rules.items(s, r.context.open) if i.mention] if s.pieces else []
        return _ok("join", [item_rules.same_item(s), *named], 0.95, "join: the same", copy=_copy(r))
    if (s.same or "我也是" in text) and s.note.quote is not None and r.rest <= 2:
        return _ok(
            "join", [ItemMention("同上", "@same_as_previous")], 0.95, "join: as quoted", copy=Copy.QUOTED
        )
    if _ONE_WORD.match(text) and r.context.open != ():
        return _ok("join", [ItemMention(product=CURRENT)], 0.95, "join: one word")
    rest_of_it = r.has(c.REST) and _REST.search(text) is not None
    if (rest_of_it or _ALL_THE_REST.search(text)) and r.rest <= 2 and not r.has(c.PAST | c.FOREIGN):
        rest = item_rules.items(s, r.context.open)
        sure = 0.94 if r.context.open or "包圆" in text else 0.9
        return _ok("join_rest", rest, sure, "join: all that is left", flags=frozenset({"rest"}))
    if _NUMBERED.match(text):
        made = [i for i in item_rules.items(s, r.context.open) if i.code]
        return _ok("join", made, 0.94, "join: numbers of items")
    if r.has(c.QUEUE) and _QUEUES.match(text):
        waits = item_rules.items(s, r.context.open) or [ItemMention(product=CURRENT)]
        return _ok("waitlist", waits, 0.94 if r.context.open else 0.85, "join: wait-list")
    if (
        r.has(c.EVERY)
        and r.rest <= 1
        and not r.named
        and s.on_behalf_of is None
        and not r.has(c.FOREIGN | c.NEGATION)
        and r.length <= 10
    ):
        return _everything(r)
    return None


_FOR_NAME = re.compile(r"^\s*\+\s?(?P<n>\d{1,2})\s+(?P<who>[一-龥△]{2,4})\s*(?P<last>\d{1,2})?\s*[份个盒]?$")


def _for_name(r: Reading) -> Verdict | None:
    """“+1 小明 2”: the bots of old booked so for somebody else; the number after the name counts."""
    source = r.slots.text
    found = _FOR_NAME.match(source)
    if found is None or r.slots.on_behalf_of is not None or r.named or r.context.open == ():
        return None
    who = found["who"]
    if not is_name(who):
        return None
    r.slots.name_person(Person(*found.span("who")))
    item = ItemMention(product=CURRENT, quantity=Decimal(found["last"] or found["n"]))
    return _ok("join", [item], 0.94, "join: for a name")


def _points(r: Reading) -> bool:
    """Nothing but items and small words stand around “the same”."""
    s = r.slots
    assert s.same is not None
    around = r.text[: s.same[0]] + " " + r.text[s.same[1] :]
    for amount in reversed(s.amounts):
        if amount.start >= s.same[1]:
            place = amount.start - s.same[1] + s.same[0] + 1
            around = around[:place] + around[place + amount.end - amount.start :]
    around = "".join(" " if i in "□△" else i for i in around)
    return only_wrapping(SAME.sub("", around))


_QUEUES = re.compile(
    r"^[\s□]*+(?:我|我也|那|先|帮我|给我|把我)*(?:排个?队(?:吧|等|上)?|候补|排上|等位|等补|替补|候着)(?:一个"
    r"|一份|\s?\+?\s?1|我|吧|名单)*[\s□!。~吧谢]*$"
)
_NUMBERED = re.compile(r"^\s*(?:我要|要|来|接|报名?)?\s*#\s?\d{1,2}(?:\s*#\s?\d{1,2})*\s*△*\s*[!。~]*$")
_ONE_WORD = re.compile(
    r"^\s*(?:我?也?(?:要|跟|接|报|订|买|参加|报名|接龙|加入|参团|上车)"
    r"|要的|跟团|接上|算我|带上?我|加上?我|算上我|我来|来一?个|也?给我也?(?:加上|算上|报上|记上|登记上)"
    r"|(?:我)?(?:要|来)(?:这|那)个|(?:这|那)个(?:我)?(?:要|来一?个))[!！。~吧哈啊呀]*\s*$"
)
_WANTS_IT = re.compile(
    r"^[\s,]*(?:我们?家?|也|再|先|给我|帮我|麻烦|那|就|团长|老板|还|△+)*\s*(?:要|来|订|定|接龙?|报名?"
    r"|拍|加|买|团|跟|参加|留|整|搞|拿|带|囤|抢)(?:个|点|些|一下"
    r"|上)?(?:最?[大小甜熟红新软硬][一-龥]?的)?[那这]?个?\s*□+[\s的吧呀啊哈谢!~。+,]*$"
    r"|^[\s]*□+[,\s]*(?:我|我家|也|给我|帮我)*(?:要|来|报名|接龙?|算我"
    r"|带上?我|加上?我|算上我|订|留)(?:个|一下|的)?[\s吧呀啊哈谢!~。]*$"
)


def _everything(r: Reading) -> Verdict | None:
    if not _has_amount(r) and not any(
        w in r.text for w in ("都要", "全要", "都来", "全部要", "每样", "每种", "每款")
    ):
        return None
    made = item_rules.items(r.slots, r.context.open)
    if r.context.open and len(r.context.open) > 1 and len(made) < 2:
        one = made[0] if made else ItemMention(quantity=item_rules.ONE)
        made = [
            ItemMention(None, name, one.quantity or item_rules.ONE, one.unit, Mode.SET, chr(65 + i))
            for i, name in enumerate(r.context.open[:26])
        ]
    return _ok("join_all", made, 0.88, "join: one of each", flags=frozenset({"everything"}))


def _has_amount(r: Reading) -> bool:
    """An amount with a unit or a sign."""
    return any(not a.bare for a in r.slots.amounts)


def _evidence(r: Reading, made: list[ItemMention]) -> float:
    """How much speaks for an order; 2.5 is enough."""
    s, text = r.slots, r.text
    score = 0.0
    amounts = [a for a in s.amounts if not a.bare]
    named = [p for p in s.pieces if p.kind == "product"]
    counted = [i for i in made if i.mention and i.quantity is not None]
    if counted:
        strong = any(p.found is not None and not p.found.weak for p in named) or s.codes
        score += 3.0 if strong else 2.5
    elif amounts:
        score += _nameless(r)
    elif named and not amounts and _WANTS_IT.match(text):
        score += 3.0 if r.has(c.JOIN | c.WANT) else 2.6
    elif s.codes and r.context.open and r.rest == 0 and r.length <= 4:
        score += 1.0
    if r.has(c.JOIN):
        score += 1.5 if counted or amounts else 0.3
    elif r.has(c.WANT) and (counted or amounts):
        score += 0.7
    if score <= 0:
        return 0.0
    return score - _against(r, bool(counted))


def _nameless(r: Reading) -> float:
    """An amount without a name is an order when little else is said."""
    text, amounts = r.text, [a for a in r.slots.amounts if not a.bare]
    first = amounts[0]
    if first.sign == "+" and first.unit is None:
        return 3.0 if _PLUS_ONLY.match(text) and first.value <= 50 else (1.5 if first.value <= 50 else -3.0)
    if first.sign == "-":
        return -3.0
    before = text[max(0, first.start - 3) : first.start]
    wanted = bool(search(r"[要来留带加报订定拿整称搞拍买囤落接抢挂记算]个?\s?$", before)) or r.has(c.JOIN)
    if r.rest == 0 and not r.has(c.FOREIGN | c.PAST):
        return 3.0 if wanted or r.length <= 5 else 2.0
    if wanted and r.rest <= 3:
        return 2.8
    if r.slots.on_behalf_of and r.rest <= 3:
        return 2.6
    return 2.9 if _DESCRIBES.match(text) and r.rest <= 5 else 1.0


def _against(r: Reading, counted: bool) -> float:
    text = r.text
    minus = 0.0
    if r.question and not r.polite:
        minus += 3.0
    if NARRATIVE.search(text) or IDIOMS.search(text):
        minus += 3.0
    if r.has(c.PAST):
        minus += 2.0 if not counted or r.has(c.PRAISE) else 1.0
    if r.has(c.MAYBE):
        minus += 2.0
    if r.has(c.FOREIGN):
        minus += (0.4 if r.rest <= 2 else 1.5) if counted else 2.5
    if r.has(c.ELSEWHERE):
        minus += 2.5
    if r.has(c.DAMAGED | c.WRONG | c.FAKE | c.REFUND | c.LATE) or search(r"不是我|我订的是|我要的是", text):
        minus += 2.0
    if r.has(c.MISSING | c.BAD) and not r.has(c.JOIN) and not counted:
        minus += 1.5
    if r.has(c.CANCEL | c.UNWANTED) and not r.has(c.JOIN):
        minus += 2.0
    if r.has(c.CHANGE_TO):
        minus += 2.0
    if SOME_ARE.search(text):
        minus += 3.0
    if search(r"(?:没了|完了|死了|断了|累|了\s*[!！。~]*$)", text) and not r.has(c.JOIN):
        minus += 1.0
    if AGREES.search(text):
        minus += 2.5
    if r.slots.price:
        minus += 1.0
    per = 0.12 if counted else 0.35
    return minus + per * max(0, r.rest - (4 if counted else 2))
