"""Sign-ups: joining, changing, cancelling, and looking up one's own order."""

import re

from nlp import slots as slot_rules
from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.intents.wrapping import about_own_order, blanked, only_wrapping, plain_order
from nlp.meaning import CURRENT, Copy, ItemMention, Mode

_PLUS_ONLY = re.compile(
    r"^\s*(?:我|我也|也|接|接龙|报名)?\s?\+\s?(\d{1,3}|[一二两三四五六七八九十])\s?[一-龥]?\s*[!~。吧哈呀谢]*\s*$"
)
_KAU = re.compile(r"^\s*扣?\s?(?:1{1,3})\s*$")
_AGREES = re.compile(r"\+\s?\d+\s?(?:说得|同意|赞|支持|太|物业|这|楼)|同意\s?\+|楼上\s?\+|赞同|附议|顶")
_HYPE = re.compile(r"(?:多|少|哪|什么|怎么|几).{0,6}$")
_NARRATIVE = re.compile(
    r"[吃喝买用送发寄拿拎提扛背囤收做带跑看胖瘦涨跌抢花剩](?:了|来了?|回来?了?|过|掉了?)(?!吧|没|吗|么|[两一二三四五\d]+[份盒箱袋]吧)[^,，。]{0,3}[一二两三四五六七八九十半\d]|(?:他|她|人家|他们|她们|公司|单位|学校|邻居|群里)[^,，。]{0,4}(?:买|要|发|送|订|家)|不够吃"
)
_MINE_AFTER = re.compile(r"不要|别|不放|不吃|少放|多放|挑|要|帮我?剁|切|杀|留")
_DESCRIBES = re.compile(r"^\s*(?:[\d一二两三四五六七八九十]{1,3})\s?[盒箱袋包瓶罐桶提板份件只条](?!了|没)")
_REMARK = re.compile(
    r"(?:不要|别放|不放|免|少放|多放|挑|要)[一-龥]{1,8}|帮我?(?:剁|切|杀|处理|洗)[一-龥]{0,4}|[一-龥]{1,4}一点(?:的)?|带[一-龥]{1,3}的"
)
_IDIOMS = re.compile(
    r"半斤八两|一箱一箱|一个个|一条条|一五一十|三三两两|一件一件|一份份|九牛|三天两头|一板一眼|一个萝卜|一刀两断|七七八八|一个顶|一步|半个小时|红包来|来个人|一来二"
)


def join(r: Reading) -> Verdict | None:
    """An order for oneself or somebody else, in any of its shapes."""
    s = r.slots
    if _TOO_MANY.match(r.text):
        return Verdict(confidence=0.95, rule="a number for fun")
    if special := _special(r):
        return special
    score = _evidence(r)
    plain = bool(s.pieces) and _might_be_plain(r) and plain_order(r)
    if plain:
        score = max(score, 2.6)
    if score < 2.5:
        return None
    made = slot_rules.items(s, r.context.open)
    if s.same:
        rest = [i for i in made if i.mention]
        return _ok("join", [slot_rules.same_item(s), *rest], 0.9, "join: the same and more", copy=_copy(r))
    if not made:
        made = [ItemMention(product=CURRENT)]
    fine = "waitlist" if r.has(c.QUEUE) else "join"
    flags = frozenset({"conditional"}) if _IF.search(r.text) else frozenset()
    confidence = 0.96 if plain else min(0.88, 0.5 + score * 0.08)
    return _ok(fine, made, confidence, "join: amounts and names", flags=flags, remark=_remark(r))


_TOO_MANY = re.compile(r"^\s*\+\s?(?:\d{4,}|[1-9]\d\d|5[1-9]|[6-9]\d)\s*$")
_IF = re.compile(r"如果|要是|假如|若是?|的话")
_MORE = re.compile(
    r"(?:再|多)(?:来|加|要|添|订|报|拿|带)\s*$|追加\s*$|^\s*(?:我|我家)?(?:再|也)?(?:加|来|要|订|报|接)\s*$"
)
_JOINED = re.compile(r"\s?")


def _might_be_plain(r: Reading) -> bool:
    """Cheap reasons why amounts are no order, however little else is said."""
    amounts = [a for a in r.slots.amounts if not a.bare]
    named = [p for p in r.slots.pieces if p.kind != "amount"]
    if (r.question and not r.polite) or r.has(c.PAST | c.FOREIGN) and not named:
        return False
    if any(a.value >= 100 and a.unit in ("斤", "个", "g", "克") and not named for a in amounts):
        return False
    if len(amounts) > 1 and any(
        _JOINED.fullmatch(r.text[a.end : b.start]) for a, b in zip(amounts, amounts[1:], strict=False)
    ):
        return False
    if r.slots.price or _IDIOMS.search(r.text) or _AGREES.search(r.text):
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


def _remark(r: Reading) -> str | None:
    found = _REMARK.search(r.text)
    if not found:
        return None
    if any(r.slots.taken[found.start() : found.end()]) or re.search(r"\d", found[0]):
        return None
    for amount in r.slots.amounts:
        if found.start() <= amount.start < found.end():
            return None
    return r.slots.note.surface(*found.span())


def _special(r: Reading) -> Verdict | None:
    s, text = r.slots, r.text
    if r.question and not r.polite and not s.same:
        return None
    if _AGREES.search(text) and not r.named:
        return None
    if (
        s.same
        and r.rest == 0
        and not r.has(c.NEGATION)
        and not r.has(c.MAYBE | c.FOREIGN | c.BAD)
        and r.length <= 16
        and _points(r)
    ):
        named = [i for i in slot_rules.items(s, r.context.open) if i.mention] if s.pieces else []
        return _ok("join", [slot_rules.same_item(s), *named], 0.95, "join: the same", copy=_copy(r))
    if (s.same or "我也是" in text) and s.note.quote is not None and r.rest <= 2:
        return _ok(
            "join", [ItemMention("同上", "@same_as_previous")], 0.95, "join: as quoted", copy=Copy.QUOTED
        )
    if _ONE_WORD.match(text) and r.context.open != ():
        return _ok("join", [ItemMention(product=CURRENT)], 0.95, "join: one word")
    if r.has(c.REST) and r.rest <= 2 and not r.has(c.PAST | c.FOREIGN):
        return _ok("join_rest", slot_rules.items(s, r.context.open), 0.9, "join: all that is left",
                   flags=frozenset({"rest"}))  # fmt: skip
    if r.has(c.QUEUE) and _QUEUES.match(text):
        return _ok("waitlist", slot_rules.items(s, r.context.open) or [ItemMention(product=CURRENT)], 0.94 if r.context.open else 0.85,
                   "join: wait-list")  # fmt: skip
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
    return only_wrapping(slot_rules.SAME.sub("", around))


_QUEUES = re.compile(
    r"^[\s□]*(?:我|我也|那|先|帮我|给我|把我)*(?:排个?队(?:吧|等|上)?|候补|排上|等位|等补|替补|候着)(?:一个|一份|\s?\+?\s?1|我|吧|名单)*[\s□!。~吧谢]*$"
)
_ONE_WORD = re.compile(
    r"^\s*(?:我?也?(?:要|跟|接|报|订|买|参加|报名|接龙|加入|参团|上车)|要的|跟团|接上|算我|带我|加我|我来|来一?个|(?:我)?(?:要|来)(?:这|那)个|(?:这|那)个(?:我)?(?:要|来一?个))[!！。~吧哈啊呀]*\s*$"
)
_WANTS_IT = re.compile(
    r"^[\s,]*(?:我们?家?|也|再|先|给我|帮我|麻烦|那|就|团长|老板|还|△+)*\s*(?:要|来|订|定|接龙?|报名?|拍|加|买|团|跟|参加|留|整|搞|拿|带|囤|抢)(?:个|点|些|一下|上)?\s*□+[\s的吧呀啊哈谢!~。+,]*$"
    r"|^[\s]*□+[,\s]*(?:我|我家|也|给我|帮我)*(?:要|来|报名|接龙?|算我|带我|加我|订|留)(?:个|一下|的)?[\s吧呀啊哈谢!~。]*$"
)


def _everything(r: Reading) -> Verdict | None:
    if not s_amount(r) and not any(
        w in r.text for w in ("都要", "全要", "都来", "全部要", "每样", "每种", "每款")
    ):
        return None
    made = slot_rules.items(r.slots, r.context.open)
    if r.context.open and len(r.context.open) > 1 and len(made) < 2:
        one = made[0] if made else ItemMention(quantity=slot_rules.ONE)
        made = [
            ItemMention(None, name, one.quantity or slot_rules.ONE, one.unit, Mode.SET, chr(65 + i))
            for i, name in enumerate(r.context.open[:26])
        ]
    return _ok("join_all", made, 0.88, "join: one of each", flags=frozenset({"everything"}))


def s_amount(r: Reading) -> bool:
    """An amount with a unit or a sign."""
    return any(not a.bare for a in r.slots.amounts)


def _evidence(r: Reading) -> float:
    """How much speaks for an order; 2.5 is enough."""
    s, text = r.slots, r.text
    score = 0.0
    amounts = [a for a in s.amounts if not a.bare]
    named = [p for p in s.pieces if p.kind == "product"]
    made = slot_rules.items(s, r.context.open) if (s.pieces and len(s.pieces) < 60) else []
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
    wanted = bool(re.search(r"[要来留带加报订定拿整称搞拍买囤落接抢挂记算]个?\s?$", before)) or r.has(c.JOIN)
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
    if _NARRATIVE.search(text) or _IDIOMS.search(text):
        minus += 3.0
    if r.has(c.PAST):
        minus += 2.0 if not counted or r.has(c.PRAISE) else 1.0
    if r.has(c.MAYBE):
        minus += 2.0
    if r.has(c.FOREIGN):
        minus += (0.4 if r.rest <= 2 else 1.5) if counted else 2.5
    if r.has(c.ELSEWHERE):
        minus += 2.5
    if r.has(c.DAMAGED | c.WRONG | c.FAKE | c.REFUND | c.LATE) or re.search(
        r"不是我|我订的是|我要的是", text
    ):
        minus += 2.0
    if r.has(c.MISSING | c.BAD) and not r.has(c.JOIN) and not counted:
        minus += 1.5
    if r.has(c.CANCEL | c.UNWANTED) and not r.has(c.JOIN):
        minus += 2.0
    if r.has(c.CHANGE_TO):
        minus += 2.0
    if re.search(r"(?:没了|完了|死了|断了|累|了\s*[!！。~]*$)", text) and not r.has(c.JOIN):
        minus += 1.0
    if _AGREES.search(text):
        minus += 2.5
    if r.slots.price:
        minus += 1.0
    per = 0.12 if counted else 0.35
    return minus + per * max(0, r.rest - (4 if counted else 2))


# ------------------------------------------------------------------------------- changing


_SET = re.compile(
    r"(?:改(?:成|为|到|回)?|(?:换|变)(?:成|为)|(?:加|减|调|凑|升|降|搞)(?:成|为|到|回))\s?(?:要|来)?\s?(?=[\d一二两三四五六七八九十半俩仨])|(?:一共|总共)(?:就?要)"
)
_LESS_START = re.compile(
    r"^\s*(?:给我|我|我那个?|我的|帮我)?(?:少|减|减掉|减少)(?:拿|要|来|订|报|算)?\s?(?:[\d一二两三四五六七八九十半俩]|个)|少(?:拿|要|来|订|报)"
)
_SWAP = re.compile(r"(?:换成|换|改成|改为|改)")
_NOT_BUT = re.compile(
    r"是[^,，不]{1,8}不是|不是[^,，]{1,8}(?:是|要)|要[^,，不]{1,6}(?:的)?[,， ]?不要|不要[^,，]{1,6}[,， ]*(?:换|改|要)"
)
_TYPO = re.compile(r"打快|手滑|[报写打点选拍填]错")
_SLIP = re.compile(r"不要|打快|手滑|[报写打点选拍订弄搞填]错|改|换|应该是|说错|搞混|等等")
_BACK_IN_TIME = re.compile(
    r"(?:晚|早|推迟|提前|延后|改)(?:点|一天|两天|几天|到)?(?:再)?(?:送|拿|取|自提|发|收)"
)
_SEND_TO = re.compile(
    r"^\s*(?:帮我|给我|麻烦|请)?(?:送|放|寄|改送|改寄)(?:到|去|在)(?!了|没|吗|哪|几)[^?吗]{1,14}(?:吧|哈|谢谢|就行|就好|好了)\s*$"
)
_OWN = re.compile(
    r"我(?:那|的|刚|之前|报|订|买|拍|上|原)|(?:刚|之前|昨天|前面|上面)(?:报|订|拍|接|下|买|填|写|付)"
)
_HAND_OVER = re.compile(r"我(?:的|那)(?:份|单|个|一份)?[^,，]{0,4}(?:给|转给|让给)(?!我)[一-龥]{2,4}")


def change(r: Reading) -> Verdict | None:
    """Another quantity, variant, address, phone or date for an order that stands."""
    s, text = r.slots, r.text
    if r.has(c.FOREIGN) and not r.named and not r.has(c.ORDER_NOUN | c.MY | c.CONTACT):
        return None
    if s.price and not r.has(c.MY):
        return None
    amounts = [a for a in s.amounts if not a.bare] or s.amounts
    if (
        _LESS_START.search(text)
        and amounts
        and "少了" not in text
        and not r.has(c.EVIDENCE & ~c.BAD & 0)
        and not _arrived(r)
    ):
        told = r.context.previous or r.context.open or re.search(r"少(?:拿|要|来|订|报|算)|减", text)
        return _changed("subtract", _numbers(r, Mode.SUBTRACT), 0.95 if told else 0.7, "change: less")
    if (
        amounts
        and _SET.search(text)
        and not (r.question and not r.polite and not r.has(c.MY))
        and r.rest <= 8
    ):
        if not r.has(c.CONTACT) or r.named or any(a.unit for a in amounts):
            rest = _SET.sub(" ", blanked(r))
            certain = 0.96 if about_own_order(rest) else 0.85
            return _changed("set", _last(_numbers(r, Mode.SET), r), certain, "change: set")
    if verdict := _contact(r):
        return verdict
    if r.has(c.MY) and r.has(c.AGAIN) and amounts and not r.question:
        return _changed("set", _numbers(r, Mode.ADD), 0.82, "change: more of mine")
    if verdict := _swapped(r):
        return verdict
    if (
        r.has(c.CHANGE)
        and r.has(c.ORDER_NOUN | c.MY)
        and not r.has(c.REFUND | c.DAMAGED | c.BAD)
        and r.rest <= 6
    ):
        return _changed("set", _numbers(r, Mode.SET), 0.8, "change: the order")
    if _HAND_OVER.search(text) and not r.question:
        return _changed("transfer", [], 0.75, "change: hand over")
    return None


def _arrived(r: Reading) -> bool:
    return bool(re.search(r"收到|送来|到货|拿到|打开|拿回|数了|发了|(?<!刚)才|怎么少|给少", r.text))


def _changed(fine: str, items: list[ItemMention], confidence: float, rule: str) -> Verdict:
    return Verdict("change_sign_up", None, fine, confidence, rule, items)


def _numbers(r: Reading, mode: Mode) -> list[ItemMention]:
    made = slot_rules.items(r.slots, r.context.open)
    if not made and r.slots.amounts:
        made = [
            ItemMention(product=CURRENT, quantity=r.slots.amounts[-1].value, unit=r.slots.amounts[-1].unit)
        ]
    return [
        ItemMention(i.mention, i.product, i.quantity, i.unit, mode, i.code, i.remark, i.candidates, i.at_most)
        for i in made
    ]


def _last(items: list[ItemMention], r: Reading) -> list[ItemMention]:
    """“两篮太多了，改一篮”: of two amounts for one product the later stands."""
    found = _SET.search(r.text)
    after = [a for a in r.slots.amounts if found and a.start >= found.start()]
    if len(items) == 1 and after and len(r.slots.amounts) > 1:
        one, amount = items[0], after[0]
        return [ItemMention(one.mention, one.product, amount.value, amount.unit, Mode.SET, one.code)]
    kept: dict[str | None, ItemMention] = {}
    for item in items:
        kept[item.product] = item
    return list(kept.values())


def _contact(r: Reading) -> Verdict | None:
    s, text = r.slots, r.text
    wrong = bool(re.search(r"[写填选打留报输弄搞]错|错了|变了|换了|改", text))
    contact = re.search(
        r"地址|电话|手机|号码|收货人|联系人|门牌|房号|联系方式|配送信息|收货信息|楼号|楼栋|单元|名字|姓名",
        text,
    )
    moved = r.has(c.CHANGE) or wrong
    if contact and moved and not r.has(c.WRONG & 0) and not re.search(r"群名|头像", text):
        fine = "phone" if re.search(r"电话|手机|号码|联系方式", contact[0]) else "household"
        return _changed(fine, [], 0.88, "change: contact")
    if (s.phone or s.address) and moved and not s_amount(r) and r.rest <= 6 and not r.question:
        return _changed("phone" if s.phone else "household", [], 0.7, "change: contact given")
    if re.search(
        r"(?:改|换|推迟|提前|延后|调)(?:一?下|个|到)?(?:时间|日期|配送时间|送货时间|自提时间)|改(?:到|约|成|在)?(?:周|明|后|下周|今|早|晚|上午|下午)|(?:颜色|尺码|规格|型号|口味|款式)[^,，]{0,4}(?:改|换|选错|拍错|错了)|(?:改|换)(?:一?下|个)?(?:颜色|尺码|规格|型号|口味|款式)",
        text,
    ) and not _arrived(r):
        return _changed(
            "variant" if re.search(r"颜色|尺码|规格|型号|口味|款式", text) else "set",
            [],
            0.8,
            "change: date or variant",
        )
    if _SEND_TO.match(text) and r.rest <= 8:
        return _changed("household", [], 0.75, "change: deliver elsewhere")
    if (
        r.has(c.DELIVER | c.PICKUP | c.ARRIVE)
        and re.search(
            r"(?:晚点|晚一天|推迟|延后|提前|改天|改到|换到)[^?吗]{0,6}(?:送|发|拿|取|自提|配送)", text
        )
        and not r.question
    ):
        return _changed("set", [], 0.72, "change: another day")
    return None


def _swapped(r: Reading) -> Verdict | None:
    text = r.text
    found = _SWAP.search(text)
    names = [p for p in r.slots.pieces if p.kind != "amount"]
    if r.has(c.REFUND) or _arrived(r):
        return None
    if (
        found
        and len(names) >= 2
        and any(n.end <= found.start() for n in names)
        and any(n.start >= found.end() for n in names)
    ):
        made = slot_rules.items(r.slots, r.context.open)
        return _changed("swap", made[-2:], 0.9, "change: swap")
    if _NOT_BUT.search(text) and _SLIP.search(text) and not r.question and r.rest <= 8:
        named = [i for i in slot_rules.items(r.slots, r.context.open) if i.mention]
        kept = [
            i for i, n in zip(named, names, strict=False) if not text[: n.start].endswith(("不是", "不要"))
        ]
        return _changed(
            "variant" if len(names) < 2 else "swap",
            kept or named,
            0.95 if _TYPO.search(text) else 0.8,
            "change: this, not that",
        )
    if (
        found
        and re.match(
            r"^.{0,12}(?:换|改)(?:成|为)?[一-龥]{1,4}(?:的|色|味|辣|款|码|号)?(?:吧|哈|可以吗|行吗|谢谢)?$",
            text,
        )
        and (r.named or r.has(c.MY | c.UNWANTED))
        and not r.has(c.DAMAGED | c.BAD)
    ):
        return _changed("variant", _numbers(r, Mode.SET), 0.75, "change: variant")
    return None


# ------------------------------------------------------------------------------- cancelling


_MINUS = re.compile(r"^\s*-\s?\d{1,2}\s?[一-龥]?\s*$")
_NOT_PAID = re.compile(r"(?:没|未|还没)(?:有)?(?:付|给钱|转|发货|截)")
_UNDO = re.compile(
    r"^\s*撤销\s*[!。~]*$|(?:刚才?|刚刚|上面|上一?条|上一步|前面|我)[^,]{0,5}(?:发错|打错|点错|不算|作废|误发|撤销)|(?:那个|那条|那句|这条)(?:不算|作废)|当我没说"
)
_GIVEN_UP = re.compile(r"(?:退|退掉|撤|撤掉)(?:了|掉)?(?:吧|哈)?(?:$|[,，\s还])")
_GIVES_UP = re.compile(
    r"帮我|给我|取消掉?|撤单|撤销|退团|退出|划掉|删掉?了?|去掉|撤掉?了?|退订|作废|不要了|不想要了?|不买了|不订了|不拍了|不接了|不报了|不参加了?|不团了|不需要了|先不[要买订]了?|退掉?了?|算了|放弃|quxiao|buyao"
)
_AGENTS = re.compile(r"您|已取消|取消了(?!吧)|撤了撤了")
_PAID_BACK = re.compile(r"退(?:款|钱|货|费|回|差|我)|赔|售后|换货|质量|坏|烂|收到")
_THEIRS = re.compile(r"取消关注|取消静音|取消免打扰|取消点赞|航班|会议|比赛|活动取消|课取消|约会|行程|取消群")
_DENIED = re.compile(
    r"(?:别|不要|没|不能|不用|先别|没有|不想)(?:给我)?(?:取消|删|撤)|取消了吗|为什么取消|怎么取消了|被取消"
)


def cancel(r: Reading) -> Verdict | None:
    """Giving up one's own order, before anything was delivered."""
    s, text = r.slots, r.text
    if _MINUS.match(text):
        return _minus(r)
    if r.has(c.UNDO) and _UNDO.search(text) and r.length <= 14 and not r.named and not _arrived(r):
        return Verdict("cancel_sign_up", None, "undo", 0.94, "cancel: undo")
    if not r.has(c.CANCEL | c.UNWANTED) and not _GIVEN_UP.search(text):
        return None
    if _NOT_PAID.search(text) and re.search(r"退|取消|不要", text) and not r.has(c.DAMAGED | c.BAD):
        made = [i for i in slot_rules.items(s, r.context.open) if i.mention]
        return Verdict("cancel_sign_up", None, "cancel", 0.95, "cancel: not paid yet", made)
    if (
        _PAID_BACK.search(text)
        or _THEIRS.search(text)
        or _DENIED.search(text)
        or (r.has(c.FOREIGN) and not r.named)
    ):
        return None
    about = r.named or r.has(c.MY | c.ORDER_NOUN) or s.on_behalf_of is not None or s.codes > 0
    bare = r.rest <= 1 and r.length <= 8
    certain = 0.0
    if r.has(c.CANCEL):
        certain = 0.9 if about and r.rest <= 8 else (0.86 if bare else (0.72 if r.rest <= 2 else 0.4))
    elif r.has(c.UNWANTED):
        certain = _unwanted(r, about, bare)
    elif about and r.rest <= 6:
        certain = 0.75
    if r.question and not r.has(c.CANCEL):
        certain -= 0.3
    if certain < 0.45:
        return None
    if certain >= 0.7 and about_own_order(_GIVES_UP.sub(" ", blanked(r))) and not _AGENTS.search(text):
        certain = 0.95
    made = [i for i in slot_rules.items(s, r.context.open) if i.mention]
    if not made and r.context.open:
        made = [ItemMention(product=CURRENT)]
    made = [ItemMention(i.mention, i.product, i.quantity, i.unit, Mode.SUBTRACT, i.code) for i in made]
    return Verdict("cancel_sign_up", None, "cancel", certain, "cancel: own order", made)


def _unwanted(r: Reading, about: bool, bare: bool) -> float:
    text = r.text
    if re.search(r"不用了|算了|唔使|放弃", text) and not about:
        known = bool(r.context.previous) and not re.search(r"不用了", text)
        return 0.7 if known and bare else 0.0
    if re.match(r"^\s*(?:好|嗯|哦|没)", text) and not about:
        return 0.0
    if re.search(r"不来了", text) and not about:
        return 0.0
    if about:
        return 0.85 if r.rest <= 8 else 0.6
    return 0.86 if bare else (0.7 if r.rest <= 3 else 0.3)


def _minus(r: Reading) -> Verdict:
    amount = r.slots.amounts[0] if r.slots.amounts else None
    quantity = amount.value if amount else slot_rules.ONE
    item = ItemMention(None, CURRENT, quantity, amount.unit if amount else None, Mode.SUBTRACT)
    booked = _largest(r.context.previous)
    if booked is not None and booked > quantity:
        return Verdict("change_sign_up", None, "subtract", 0.95, "change: minus", [item])
    return Verdict("cancel_sign_up", None, "cancel", 0.95, "cancel: minus", [item])


def _largest(previous: str | None) -> object:
    from nlp.quantities import quantities

    if not previous:
        return None
    return max((q.value for q in quantities(previous)), default=None)


# ------------------------------------------------------------------------------- looking up


_LOOK = re.compile(
    r"我(?:都|们|到底|刚才|刚|昨天|这次|这期|上次|上个月|之前|一共|总共|共|家)*(?:报|订|买|接|下|点|定|要|拍|记|登记)(?:了|过|的)?(?:是|了)?(?:什么|啥|哪|几|多少|咩)"
    r"|我(?:该|要|应|得|需要|总共|一共|共|这[单期次])*(?:付|转|给|花|交)(?:了)?(?:多少|几)|(?:名单|接龙|列表)(?:里|上|中)?(?:有没有|有|没)我|我(?:排|是)?第几|我(?:排|在)第?几|(?:帮我|给我|我)?(?:查|看)(?:一?下|看)?我(?:的|订|报|买|接|家|上|有|那|都)"
    r"|我[妈爸姐妹哥弟婆公][的那][^,，]{0,4}(?:有没有|看看|查|记上|在不在)|我那?(?:单|份|个)[^,，]{0,4}(?:记|接|报|登记)(?:的|了|上)[^,，]{0,3}(?:几|没|吗|多少)|(?:记上|报上|接上|登记上|加上|算上)(?:我)?(?:了)?(?:没|吗|么)|(?:漏|少)了?我"
)


def own_orders(r: Reading) -> Verdict | None:
    """Asking what one has ordered, owes or where one stands in the list."""
    text = r.text
    if r.has(c.REFUND | c.DAMAGED | c.BAD | c.WRONG | c.FOREIGN | c.CHANGE | c.CANCEL) or (
        r.has(c.TRACK | c.PARCEL | c.LATE | c.NOT_YET) and not r.has(c.QUERY)
    ):
        return None
    if r.has(c.SEND | c.DELIVER | c.PARCEL) and re.search(r"到哪|快递|物流|发货|送到|包裹", text):
        return None
    found = bool(_LOOK.search(text))
    whole = re.match(
        r"^\s*(?:查|看|查查|查下|看看|看下|查一下)?(?:下|一下|看)?我(?:的|嘅)(?:单|订单|接龙|记录|订购|份|账|订单记录|购买记录|账单|明细)(?:呢|吧|啊)?\s*[?]?$",
        text,
    )
    if not found and not whole and not (r.has(c.QUERY) and r.question and r.rest <= 4):
        return None
    if re.search(r"(?:不要|少|多|要大|备注|取消|改)", text) and not found:
        return None
    if re.match(
        r"^\s*(?:怎么)?(?:名单|接龙|列表)?(?:里|上)?(?:把)?(?:漏了?我|没有?我|少了我)(?:了|的)?[啊呀吧]?\s*$",
        text,
    ):
        return Verdict("query_my_orders", None, "my_orders", 0.95, "own orders: left out")
    fine = "my_orders"
    if re.search(r"第几|排", text):
        fine = "my_rank"
    elif re.search(r"多少钱|付多少|转多少|花了?多少|给多少|要付|该付|没付|账|共多少", text):
        fine = "my_amount"
    return Verdict("query_my_orders", None, fine, 0.88 if found or whole else 0.72, "own orders")
