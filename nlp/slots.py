"""What a message says beside its intent: items, amounts, places, people, times; grammar on characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from nlp.meaning import CURRENT, SAME_AS_PREVIOUS, ItemMention, Mode
from nlp.normalize import Normalized
from nlp.products import Found, Products
from nlp.quantities import Quantity, quantities

PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
_HAN_NO = "一二三四五六七八九十"
HOUSEHOLD = re.compile(
    rf"(?<![\d.])(?:\d{{1,3}}|[{_HAN_NO}]{{1,3}})(?:号楼|栋|幢|座|弄)\s?(?:(?:\d{{1,2}}|[{_HAN_NO}]{{1,2}})(?:单元|门|号))?"
    r"\s?(?:\d{1,2}楼)?-?\s?(?:(?:\d{2,4}|[一二三四五六七八九十〇零]{3,4})(?:室|房|户|(?![\d份箱盒袋个斤])))?"
    r"|(?<![\d.\-])\d{1,2}-\d{1,2}-\d{2,4}(?![\d.\-])|(?<![\d.\-])\d{1,2}-\d{3,4}(?![\d\-份箱盒袋个斤]|\.\d)"
    r"|(?<![\d.])\d{1,2}单元\s?\d{2,4}室?|(?<!\d)\d{3,4}室"
)
PLACE = re.compile(
    r"(?:(?![我你您他她们到在送寄去从往住是])[一-龥]){2,4}(?:苑|小区|花园|公寓|家园|新村|广场|花苑|山庄|名邸|华庭)(?:\d{1,3}(?:号楼|栋|幢|号)?)?"
)
_ESTATE = re.compile(
    r"(?:(?![我你您他她们到在送寄去从住是给帮])[一-龥]){1,3}[里苑湾城府园庭邸郡轩阁村居区墅]$"
)
_DAY = (
    r"(?:今天|今日|今儿|明天|明日|明儿|后天|大后天|昨天|前天|今晚|明晚|后晚|今早|明早|当天|当晚|聽日|听日"
    r"|(?:(?:这|本|下下|下|上)?个?(?:周|星期|礼拜)[一二三四五六日天末])|(?:这|本|下|上)个?(?:周|月|星期)(?![一-龥]?团)|周末"
    r"|\d{1,2}月\d{1,2}[日号]|\d{1,2}[号日](?![楼院栋]|\s?[\dx+*])|[一二三]?十[一二三四五六七八九]?号(?!楼)|月底|月初|中秋|国庆|元旦|端午|春节|年前|节前)"
)
_PART = r"(?:凌晨|清晨|早上|早晨|大早|上午|中午|下午|傍晚|晚上|夜里|半夜|晚|早)"
_HOUR = rf"(?:\d{{1,2}}|[{_HAN_NO}两]{{1,3}})(?:[点:：](?!心)(?:\d{{1,2}}分?|半|一刻|三刻|钟|整|[{_HAN_NO}]{{1,3}}分?)?|时)"
_LATER = rf"(?:半|一个半|(?:\d{{1,3}}|[{_HAN_NO}两]{{1,3}})个?半?)(?:小时|分钟|个钟头|钟头|天|周|个月|刻钟)(?:之?[后内前]|以后|以内)"
TIME = re.compile(rf"{_DAY}的?\s?(?:{_PART}\s?)?(?:{_HOUR})?|{_PART}\s?(?:{_HOUR})?|{_HOUR}|{_LATER}")
_TIME_HINT = re.compile(r"[点号日天晚早周末午期拜月时夜晨:：节前傍]|分钟")
PRICE = re.compile(
    r"[¥￥$]\s?\d{1,6}(?:\.\d{1,2})?|(?<![\d.])\d{1,6}(?:\.\d{1,2})?\s?(?:元|块钱|块(?!钱)|毛)(?:\d(?:毛\d?)?)?(?:\s?[/一每]\s?[一-龥a-z]{1,2})?"
    r"|(?<![\d.])\d{1,5}(?:\.\d{1,2})?\s?/\s?\d{0,2}[一-龥a-z]{1,2}|(?<![\d.:])\d{1,5}\.\d{1,2}(?![\d.])(?!\s?(?:斤|公斤|kg|升|米))"
    r"|(?<![\d.])\d{2,4}(?:\.\d)?一[个只份盒箱袋包瓶罐桶提板套组束盆斤条篮件把]"
)
_VARIANT = re.compile(
    r"(?:\d{1,5}(?:\.\d{1,2})?|[一二两三四五六七八九十半百]{1,3})\s?(?:斤|克|公斤|千克|两|kg|g|ml|毫升|升|l|个|枚|片|只|包|瓶|支)\s?(?:装(?!\s?[两\d一二三四五])|装|规格|一[盒箱袋份板]的|的(?!\s?[\d一二两三四五六七八九十]))"
    r"|(?<![+x*\d.])\d{1,4}的(?=$|[\s,，。!吧])|(?<![a-z])(?:x{0,3}[sml]|\d{2,3})码"
)
_KIN = (
    r"(?:妈妈?|爸爸?|姐姐?|妹妹?|哥哥?|弟弟?|婆婆|公公|老公|老婆|闺女|女儿|儿子|奶奶|爷爷|外婆|外公|姥姥|姥爷|媳妇|同事|邻居|朋友|对门|对象|姑姑?|舅舅?|姨妈?|婶婶?|嫂子|阿姨"
    r"|爱人|室友|老妈|老爸|爹|娘|岳母|岳父|丈母娘|老丈人|孙子|孙女|小孩|孩子|娃|闺蜜|领导|亲家|小姑子|大姨|侄女|侄子|表[姐妹哥弟]|堂[姐妹哥弟]|弟妹|家里|家人|女友|男友|楼上|楼下|隔壁)"
)
_TITLE = r"(?:阿姨|叔叔?|大爷|大妈|大姐|大哥|奶奶|爷爷|老师|妈妈|爸爸|师傅|姐|哥|婶|伯伯?|姨|总|太太|先生|女士|家|嫂|妹|同学|医生|经理|婆婆|外婆)"
_WHO = rf"(?:\d{{1,3}}-(?:\d{{1,2}}-)?\d{{2,4}}[一-龥]{{1,2}}{_TITLE}|我们?家?的?(?:[一-龥]{{0,2}})?{_KIN}(?:[一-龥]{{1,3}}(?={_TITLE}))?{_TITLE}?|[一-龥a-z0-9·\-]{{1,6}}?{_TITLE}|(?:小|老|阿|大)[一-龥]{{1,2}}|{_KIN}[一-龥]{{0,3}}{_TITLE}?|[a-z][a-z0-9]{{1,9}}|\d{{1,2}}-\d{{3,4}}|\d{{3,4}}|(?:(?![我你您他她它吗吧呢了的个一两这那补发退换送寄留看查问处催])[一-龥·]){{2,4}})"
_FOR_VERB = r"(?:带|要|来|报|订|定|拿|留|加|接|买|登记|记|也|再|拍|捎|下|整|囤|团|代|算|搞|减|少|改|取消|抢|预|选|点|接龙)"
FOR = re.compile(
    rf"(?P<prep>帮忙给|帮忙|帮|替|代|给)(?!我(?:带|要|来|报|订|定|拿|留|加|接|买|登|记|也|再|拍|捎|下|整|算|一|两|改|查|看|取|退|把|换|撤|减|抢|转|个|两|\d))"
    rf"(?:(?P<self>我和|我跟|自己和)(?P<with>{_WHO})(?=各|[一两]人|\d)|(?P<who>{_WHO})(?=\s?{_FOR_VERB}|各|\s?[一两二三四五六七八九十\d]|\s+))"
)
_BOTH = re.compile(rf"(?:^|[\s,])我[和跟](?P<who>{_WHO})(?=各)")
_NAMED = re.compile(
    rf"(?:^|[,，。\n 、把])(?P<who>我(?:们?家?的?)(?:[一-龥]{{0,2}})?{_KIN}|[一-龥]{{1,3}}{_TITLE}|(?:小|老|阿)[一-龥](?![一-龥]{{0,2}}(?:笼|米|鸡|鸭|番|黄|南|芋)))"
    rf"(?=(?:那|的那|这)?(?:份|单|边|里)|也?(?:要|来|订|报|想要|加|再要|拿|接|改|的那份|的份|退|取消|不要|让我|说))"
)
_CODE = re.compile(
    r"(?<![a-z0-9])(?P<letter>[a-z])(?![a-z])(?!码|型|座|栋|区|股|站|罩)(?:款|套餐|组|项)?|#\s?(?P<hash>\d{1,2})(?!\d)"
    r"|(?<![\d.])(?P<no>\d{1,2})号(?![楼院栋店线])(?=\s?(?:[x+*]|[\d一二两三四五六七八九十俩仨半]))|第(?P<nth>[一二三四五六七八九十\d]{1,2})(?:个|款|样|种|项)"
)
_GAP = re.compile(
    r"^(?:\s|的|个|,|份|:|那种|款|牌|整|散|大|小|新鲜|是|要|来|x|\*|先|再|给我|我要|我|报|接|、)*$"
)
SAME = re.compile(
    r"同上|同楼上|(?:跟|和|照|按|同)(?:楼上|上面|前面|他|她|你|您|\d{3,4}|\d{1,2}栋\d{3,4}|上次|上一位|刚才|老规矩|隔壁)[一-龥]{0,3}?(?:一样|一致|来一份|要的|的来|来)|(?:跟|和|照|按|同)(?:楼上|上面|上次|上一个|老样子)|我也是|我也一样"
    r"|^\s?(?:我|我也|也)?(?:要)?一样的?(?![一-龥]*[东心样])|老样子|照旧|(?:跟|和|按|照)上(?:次|回|期)(?:的)?一?样?|还是那些|还是老规矩|老规矩|复制(?=$|楼上|[一\s])|^\s?同样(?:的|来一份)?$|抄作业|照抄|一样来一份|一样的来|一样一份|一样给我|我要一样|要一样的|ditto"
)
_COUNT_WORDS = _DIGIT_NTH = {c: i + 1 for i, c in enumerate("一二三四五六七八九十")}


@dataclass(slots=True)
class Piece:
    """A product word, an item code or an amount, in the order of the text."""

    kind: str
    start: int
    end: int
    found: Found | None = None
    code: str | None = None
    quantity: Quantity | None = None


@dataclass(slots=True)
class Slots:
    """Everything found in one message; `taken` marks characters that are explained."""

    note: Normalized
    text: str
    taken: bytearray
    pieces: list[Piece] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    amounts: list[Quantity] = field(default_factory=list)
    phone: str | None = None
    address: str | None = None
    address_at: tuple[int, int] = (0, 0)
    on_behalf_of: str | None = None
    person_at: tuple[int, int] = (0, 0)
    with_self: bool = False
    by_name: bool = False
    time: str | None = None
    price: bool = False
    variant: bool = False
    same: tuple[int, int] | None = None
    each: bool = False
    codes: int = 0


def read(note: Normalized, products: Products, open_names: Sequence[str] | None) -> Slots:
    """Finds every slot of the message; rules decide later which of them matter."""
    text = note.text
    slots = Slots(note, text, bytearray(len(text)))
    slots.found = products.find(text, open_names)
    has_digit = any(map(str.isdigit, text)) if len(text) < 200 else True
    if has_digit or "栋" in text or "号楼" in text or "单元" in text:
        _numbers_of_other_things(slots)
    _names_first(slots)
    _times(slots)
    _people(slots)
    if has_digit or "第" in text or not text.isascii() or len(text) < 40:
        _codes(slots, open_names, has_digit)
    slots.amounts = list(quantities(text, slots.taken))
    if len(slots.amounts) > 60:
        slots.amounts = slots.amounts[:60]
    for amount in slots.amounts:
        slots.pieces.append(Piece("amount", amount.start, amount.end, quantity=amount))
    slots.pieces.sort(key=lambda p: p.start)
    if (
        "样" in text
        or "同" in text
        or "照" in text
        or "我也是" in text
        or "复制" in text
        or "抄" in text
        or "还是那些" in text
        or "老规矩" in text
    ):
        if same := SAME.search(text):
            slots.same = same.span()
    slots.each = "各" in text or "每样" in text or "每种" in text or "每款" in text or "一样一" in text
    return slots


def _mark(slots: Slots, start: int, end: int) -> None:
    slots.taken[start:end] = b"\x01" * (end - start)


def _free(slots: Slots, start: int, end: int) -> bool:
    return not any(slots.taken[start:end])


def _numbers_of_other_things(slots: Slots) -> None:
    """Phones, households, prices and sizes: numbers that are no amounts."""
    text = slots.text
    if phone := PHONE.search(text):
        slots.phone = "".join(c for c in phone[0] if c.isdigit())
        _mark(slots, *phone.span())
    for place in HOUSEHOLD.finditer(text):
        if _free(slots, *place.span()):
            start, end = _trim(text, *place.span())
            moved = text[max(0, start - 2) : start] in ("改到", "换到", "搬到", "改成", "换成", "送到")
            if named := _ESTATE.search(text[max(0, start - 5) : start]):
                start -= len(named[0])
            _mark(slots, start, end)
            if slots.address is None or moved:
                slots.address = slots.note.surface(start, end)
                slots.address_at = (start, end)
    for variant in _VARIANT.finditer(text):
        if _free(slots, *variant.span()):
            slots.variant = True
            _mark(slots, *variant.span())
    for price in PRICE.finditer(text):
        if _free(slots, *price.span()):
            slots.price = True
            _mark(slots, *price.span())


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    return start, end


def _names_first(slots: Slots) -> None:
    for found in slots.found:
        if _free(slots, found.start, found.end):
            _mark(slots, found.start, found.end)
            slots.pieces.append(Piece("product", found.start, found.end, found))


def _times(slots: Slots) -> None:
    text = slots.text
    if not _TIME_HINT.search(text):
        return
    best = -1
    for time in TIME.finditer(text):
        start, end = _trim(text, *time.span())
        if not _free(slots, start, end) or (end - start == 1 and text[start] in "晚早"):
            continue
        if text[end : end + 1] == "的" and text[start:end].isdigit():
            continue
        _mark(slots, start, end)
        weight = _weight(text, end)
        if weight > best:
            best = weight
            end += 1 if text[end : end + 1] == "前" else 0
            slots.time = slots.note.surface(start, end)


_ACTS = re.compile(r"^\s?(?:前|之前|准时)?\s?(?:截|停|结|封|收|发车|拿|取|送|到|自提|报名|接龙)")


def _weight(text: str, end: int) -> int:
    """The time that belongs to an act (截, 拿, 送) matters more than one said in passing."""
    return 1 if _ACTS.match(text[end : end + 6]) else 0


def _people(slots: Slots) -> None:
    text = slots.text
    if any(c in text for c in "帮替代给"):
        for found in FOR.finditer(text):
            group = "with" if found["with"] else "who"
            start, end = found.span(group)
            if slots.address_at[0] == start and slots.address_at[1] < end:
                end = found.end(group)
            else:
                end = _person_end(slots, start, end)
            if (
                end > start
                and text[start:end] not in _NOT_PEOPLE
                and not text[start:end].startswith(("我带", "我要"))
            ):
                start = _without_self(text, start, end)
                slots.on_behalf_of = slots.note.surface(start, end)
                slots.person_at = (start, end)
                slots.with_self = bool(found["with"])
                _mark(slots, start, end)
                return
    if "各" in text and (pair := _BOTH.search(text)):
        slots.on_behalf_of = slots.note.surface(*pair.span("who"))
        slots.person_at = pair.span("who")
        slots.with_self = True
        _mark(slots, *pair.span("who"))
        return
    if place := PLACE.search(text):
        if slots.address is None:
            slots.address = slots.note.surface(*place.span())
            slots.address_at = place.span()
    found = _NAMED.search(text)
    if found and text[found.start("who") : found.end("who")] not in _NOT_PEOPLE:
        start, end = found.span("who")
        if _free(slots, start, end):
            slots.on_behalf_of = slots.note.surface(start, end)
            slots.person_at = (start, end)
            slots.by_name = True
            _mark(slots, start, end)


_NOT_PEOPLE = frozenset(
    "我 我们 大家 团长 老板 你 您 他 她 你们 咱 客服 一 两 我家 家 群主 亲 人 大哥 大姐 人家 自己 朋友们 快递 师傅 老师 你家 卖家 商家 哪家 谁家 全家 "
    "我也 我再 我先 我多 大家都 我们都 忙 拼 我一 一下 个 下 看 我看 查 我查 我来 我加 我报 我留 我登记 帮 退 换 处理 我处理 问 我问 催 我催 送 我送".split()
)


_NEAR_ME = re.compile(r"我(?=(?:对门|楼上|楼下|隔壁|邻居|同事).)")


def _without_self(text: str, start: int, end: int) -> int:
    """给我对门刘奶奶 is for 对门刘奶奶; 帮我妈 is for 我妈."""
    return start + 1 if _NEAR_ME.match(text, start, end) else start


def _person_end(slots: Slots, start: int, end: int) -> int:
    """A person's name ends where a product begins."""
    for place in range(start, end):
        if slots.taken[place] and not slots.text[place].isdigit():
            return place if not slots.text[start:place].isspace() else start
    return end


def _codes(slots: Slots, open_names: Sequence[str] | None, has_digit: bool) -> None:
    text = slots.text
    for code in _CODE.finditer(text):
        if not _free(slots, *code.span()):
            continue
        letter = code["letter"]
        if letter:
            # x before a number multiplies; a lone letter inside Latin text is no code.
            after = text[code.end() : code.end() + 2]
            if letter == "x" and (after[:1].isdigit() or after[1:2].isdigit()):
                continue
            if letter in "gl" and code.start() and text[code.start() - 1].isdigit():
                continue
            name = letter.upper()
        else:
            number = code["hash"] or code["no"] or code["nth"]
            place = int(number) if number.isdigit() else _COUNT_WORDS.get(number, 0)
            if not 1 <= place <= 26:
                continue
            name = chr(64 + place)
        _mark(slots, *code.span())
        slots.codes += 1
        slots.pieces.append(Piece("code", code.start(), code.end(), code=name))


# ------------------------------------------------------------------------------------ items


_SPLIT_NOTE = re.compile(r"^\s?(?:送|给|不要|放|寄|要|是|自提|带|挑|帮|拿)")
_BEFORE_ADD = re.compile(r"(?:再|多|加|添|追加|另)(?:给我|帮我)?(?:来|要|加|添|订|报|拿|留|买|带|补)?\s?$")
_BEFORE_LESS = re.compile(r"(?:少|减|减掉|减少|去掉|退)(?:了|拿|要|来|订|掉|我)?\s?$")


def mode_of(text: str, amount: Quantity) -> Mode:
    """How the words before an amount say that it counts."""
    before = text[max(0, amount.start - 6) : amount.start]
    if amount.sign == "-" or _BEFORE_LESS.search(before):
        return Mode.SUBTRACT
    if _BEFORE_ADD.search(before):
        return Mode.ADD
    return Mode.PLUS if amount.sign == "+" else Mode.SET


def items(slots: Slots, open_names: Sequence[str] | None, *, current: bool = True) -> list[ItemMention]:
    """The items of an order: each amount with the product that it stands beside."""
    pieces = [p for p in slots.pieces if p.kind != "amount" or _countable(slots, p)]
    named = [p for p in pieces if p.kind != "amount"]
    pairs: list[tuple[Piece | None, Quantity | None]] = []
    if slots.each and named or not named:
        pairs = _shared(slots, named, [p.quantity for p in pieces if p.quantity])
    if not pairs:
        pairs = _paired(slots, pieces)
    made = [_item(slots, piece, amount, open_names) for piece, amount in pairs]
    shares = slots.on_behalf_of is not None or slots.with_self
    if slots.each and not shares and not named and made and open_names and len(open_names) > 1:
        one = made[0]
        made = [
            ItemMention(None, name, one.quantity, one.unit, one.mode, chr(65 + i) if i < 26 else None)
            for i, name in enumerate(open_names)
        ]
    if slots.with_self and len(made) == 1 and slots.each:
        made = made * 2
    return made


def _countable(slots: Slots, piece: Piece) -> bool:
    amount = piece.quantity
    assert amount is not None
    if amount.bare:
        # A number alone counts only right beside a name, or as all that is said.
        return True
    return True


def _shared(
    slots: Slots, named: list[Piece], amounts: list[Quantity]
) -> list[tuple[Piece | None, Quantity | None]]:
    """“A和B各两份”: one amount for each name; without names just the amounts."""
    if not named:
        if slots.same and not any(not a.bare for a in amounts):
            return []
        if slots.same and amounts and amounts[0].start < slots.same[1]:
            amounts = [a for a in amounts if a.start >= slots.same[1] or a.end <= slots.same[0]]
        good = [a for a in amounts if not a.bare] or amounts
        return [(None, a) for a in good[:1]] if good else []
    at = slots.text.find("各")
    after = [a for a in amounts if a.start >= at >= 0] or amounts
    if len(after) == 1 and len(amounts) == 1:
        return [(piece, after[0]) for piece in named]
    return []


def _paired(slots: Slots, pieces: list[Piece]) -> list[tuple[Piece | None, Quantity | None]]:
    pairs: list[tuple[Piece | None, Quantity | None]] = []
    used: set[int] = set()
    first = next((p for p in pieces if p.kind == "amount" or p.kind != "amount"), None)
    amount_first = first is not None and first.kind == "amount" and _leads(slots, pieces)
    for i, piece in enumerate(pieces):
        if piece.kind == "amount":
            continue
        order = (i - 1, i + 1) if amount_first else (i + 1, i - 1)
        amount = None
        for j in order:
            if 0 <= j < len(pieces) and j not in used and _beside(slots, piece, pieces[j]):
                amount = pieces[j].quantity
                used.add(j)
                break
        pairs.append((piece, amount))
    return _with_rest(slots, pieces, pairs, used)


def _with_rest(
    slots: Slots,
    pieces: list[Piece],
    pairs: list[tuple[Piece | None, Quantity | None]],
    used: set[int],
) -> list[tuple[Piece | None, Quantity | None]]:
    """Amounts that stand beside no name: a second variant of the name before, or the amount of the only name."""
    rest = [(i, p) for i, p in enumerate(pieces) if p.kind == "amount" and i not in used]
    for i, piece in rest:
        amount = piece.quantity
        assert amount is not None
        follows = slots.text[piece.end : piece.end + 3]
        if amount.bare:
            continue
        before = [
            (k, pair) for k, pair in enumerate(pairs) if pair[0] is not None and pair[0].start < piece.start
        ]
        if before and before[-1][1][1] is None:
            k = before[-1][0]
            name = pairs[k][0]
            gap = slots.text[name.end : piece.start] if name else ""
            if "," not in gap or len(gap) <= 3:
                pairs[k] = (name, amount)
        elif before and before[-1][1][1] is not None:
            last = before[-1][1][1]
            gap = slots.text[last.end : piece.start].strip(" ,，、和")
            if (
                last.unit == amount.unit
                and 1 <= len(gap) <= 4
                and not _SPLIT_NOTE.match(follows)
                and gap[-1:] not in "共是每送给"
            ):
                pairs.append((before[-1][1][0], amount))
        elif not before and pairs and pairs[0][1] is None:
            pairs[0] = (pairs[0][0], amount)
    if not pairs and rest:
        good = [p.quantity for _, p in rest if p.quantity and not p.quantity.bare] or [
            p.quantity for _, p in rest
        ]
        pairs = [(None, good[0])]
    return pairs


def _leads(slots: Slots, pieces: list[Piece]) -> bool:
    """Does the first amount belong to the name after it (两箱桃子三盒枇杷)?"""
    nearest = next((p for p in pieces if p.kind != "amount"), None)
    return nearest is not None and bool(_GAP.match(slots.text[pieces[0].end : nearest.start][-8:]))


def _beside(slots: Slots, name: Piece, other: Piece) -> bool:
    if other.kind != "amount":
        return False
    amount = other.quantity
    assert amount is not None
    low, high = (name.end, other.start) if other.start >= name.end else (other.end, name.start)
    gap = slots.text[low:high]
    if "\n" in gap or "。" in gap or ";" in gap:
        return False
    if amount.bare:
        return bool(re.match(r"^[\s:x*要来订报]{0,3}$", gap))
    if ("," in gap or "，" in gap) and gap.strip(" ,，"):
        return False
    if other.start < name.start:
        return len(gap) <= 5
    return len(gap) <= 10


def _item(
    slots: Slots, piece: Piece | None, amount: Quantity | None, open_names: Sequence[str] | None
) -> ItemMention:
    mention, product, code = None, CURRENT, None
    candidates: tuple[str, ...] = ()
    if piece is not None:
        mention = slots.note.surface(piece.start, piece.end)
        code = piece.code
        if piece.found is not None:
            product = piece.found.names[0]
            if len(piece.found.names) > 1:
                candidates = piece.found.names
        elif code is not None and open_names and ord(code) - 65 < len(open_names):
            product = open_names[ord(code) - 65]
    if amount is None:
        return ItemMention(mention, product, None, None, Mode.SET, code, candidates=candidates)
    mode = mode_of(slots.text, amount)
    if mode is Mode.PLUS and mention is not None and mention.startswith(("#", "＃")):
        mode = Mode.SET
    unit = None
    if amount.unit is not None:
        at = amount.unit_at
        unit = slots.note.surface(at, at + len(amount.unit)) if at >= 0 else amount.unit
    return ItemMention(
        mention, product, amount.value, unit, mode, code,
        candidates=candidates, at_most=amount.at_most,
    )  # fmt: skip


def same_item(slots: Slots) -> ItemMention:
    """The item of “同上”, with the amount when one is said right there."""
    assert slots.same is not None
    amount = next((a for a in slots.amounts if not a.bare and a.start >= slots.same[0]), None)
    surface = slots.note.surface(*slots.same)
    return ItemMention(
        surface, SAME_AS_PREVIOUS, amount.value if amount else None, amount.unit if amount else None
    )


ONE = Decimal(1)
