"""Another quantity, variant, address, phone or day for an order that stands."""

import re

from nlp import items as item_rules
from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.intents.wrapping import about_own_order, blanked
from nlp.meaning import CURRENT, ItemMention, Mode
from nlp.patterns import match, search

_SET = re.compile(
    r"(?:改(?:成|为|到|回)?|(?:换|变)(?:成|为)|(?:加|减|调|凑|升|降|搞)(?:成|为|到|回))\s?(?:要"
    r"|来)?\s?(?=[\d一二两三四五六七八九十半俩仨])|(?:一共|总共)(?:就?要)"
    r"|(?:太多|多了|吃不[完了掉]|用不[完了]|[报订]重|重复)(?:了)?[,，\s]*(?:就|只|给我|帮我|我|还是)*(?:留|要"
    r"|来)\s?(?=[\d一二两三四五六七八九十半俩仨])"
)
_LESS_START = re.compile(
    r"^\s*(?:给我|我|我那个?|我的|帮我)?(?:少|减|减掉|减少)(?:拿|要|来"
    r"|订|报|算)?\s?(?:[\d一二两三四五六七八九十半俩]"
    r"|个)|(?<!多)少(?:拿|要|来|订|报)|减(?:掉|少|去)?\s?[\d一二两三四五六七八九十半俩]"
)
_PRICE_MOVES = re.compile(r"[降涨跌升](?:到|成|至|了)[^,，]{0,6}[块元毛]")
_SWAP = re.compile(r"(?:对调|互换|调换|换成|换|改成|改为|改)")
_NOT_BUT = re.compile(
    r"是[^,，不]{1,8}不是|不是[^,，]{1,8}[,，]?\s?(?:是|要)|要[^,，不]{1,6}(?:的)?[,， "
    r"]?不要|不要[^,，]{1,6}[,， ]*(?:换|改|要)"
)
_TYPO = re.compile(r"要[^,不]{1,4}的[, ]?不要[^,]{1,4}的|打快|手滑|[报写打点选拍填]错")
_IS = re.compile(r"(?<!不)是\s?$")
_SLIP = re.compile(r"不要|打快|手滑|[报写打点选拍订弄搞填]错|改|换|应该是|说错|搞混|等等")
_SEND_TO = re.compile(
    r"^\s*(?:帮我|给我|麻烦|请)?(?:送|放|寄|改送|改寄)(?:到|去|在)(?!了"
    r"|没|吗|哪|几)[^?吗]{1,14}(?:吧|哈|谢谢|就行|就好|好了|[,，\s](?:不|别)[放送寄][^,，]{0,6})\s*$"
)
_SEND_HOME = re.compile(
    r"^\s*(?:帮我|给我|麻烦|请|这次|这回|改)?(?:送|放|寄)(?:到|去|在)?(?:我|俺)?(?:单位|公司|办公室|店里"
    r"|学校|娘家|婆家|新家|老家"
    r"|[爸妈婆]家|[爸妈]那)[^?吗没]{0,12}$"
)
_HAND_OVER = re.compile(r"我(?:的|那)(?:份|单|个|一份)?[^,，]{0,4}(?:给|转给|让给)(?!我)[一-龥]{2,4}")


_NOTED = re.compile(r"^\s*(?:备注|注明)(?:一?下)?\s*[:：,，]?\s*(?P<note>[^?？\n]{2,40}?)\s*[。!！~]*$")


_WISH = re.compile(
    r"^\s*(?:麻烦|帮我|给我|我|请|都|再)*(?P<note>(?:要|挑|选|拣|拿)(?:个|点"
    r"|些)?(?!的)[一-龥]{1,5}(?:一点|点|一些|些)?的"
    r"|(?:不要|别放|不放|少放|多放|免)(?!了|多|紧|脸|急|怕|走|吵|客气)[一-龥]{1,4})(?:吧|哈|哦|谢谢"
    r"|啊)?\s*[!！。~]*$"
)


def note(r: Reading) -> Verdict | None:
    """“备注：不要葱”: a wish beside the order that stands (B23)."""
    found = _NOTED.match(r.text)
    if found is None and r.context.previous and not (r.named or r.slots.amounts or r.slots.codes):
        found = _WISH.match(r.text)  # just after an order it can only be about that
    if found is None or r.question or match(r"改|名|栏|信息", found["note"]):
        return None
    said = r.slots.note.surface(*found.span("note"))
    return Verdict("change_sign_up", None, "remark", 0.94, "change: a note", remark=said)


def change(r: Reading) -> Verdict | None:
    """Another quantity, variant, address, phone or date for an order that stands."""
    s, text = r.slots, r.text
    if r.has(c.FOREIGN) and not r.named and not r.has(c.ORDER_NOUN | c.MY | c.CONTACT):
        return None
    if (s.price and not r.has(c.MY)) or _PRICE_MOVES.search(text):
        return None
    amounts = [a for a in s.amounts if not a.bare] or s.amounts
    if _LESS_START.search(text) and amounts and "少了" not in text and not arrived(r):
        if len(amounts) > 1 and "改" in text:
            return _changed("set", _last(_numbers(r, Mode.SET), r), 0.95, "change: less, to so many")
        told = r.context.previous or r.context.open or search(r"少(?:拿|要|来|订|报|算)|减", text)
        return _changed("subtract", _numbers(r, Mode.SUBTRACT), 0.95 if told else 0.7, "change: less")
    if (
        amounts
        and _SET.search(text)
        and not (r.question and not r.polite and not r.has(c.MY))
        and r.rest <= 8
        and (not r.has(c.CONTACT) or r.named or any(a.unit for a in amounts))
    ):
        rest = _SET.sub(" ", blanked(r))
        certain = 0.96 if about_own_order(rest) else 0.85
        return _changed("set", _last(_numbers(r, Mode.SET), r), certain, "change: set")
    if len(amounts) > 1 and _TYPO.search(text) and any(_IS.search(text[: a.start]) for a in amounts):
        return _changed("set", _last(_numbers(r, Mode.SET), r), 0.9, "change: a slip in the amount")
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


def arrived(r: Reading) -> bool:
    """Words of goods already in hand: then it is a complaint."""
    return bool(search(r"收到|送来|到货|拿到|打开|拿回|数了|发了|(?<!刚)才|怎么少|给少", r.text))


def _changed(fine: str, items: list[ItemMention], confidence: float, rule: str) -> Verdict:
    return Verdict("change_sign_up", None, fine, confidence, rule, items)


def _numbers(r: Reading, mode: Mode) -> list[ItemMention]:
    made = item_rules.items(r.slots, r.context.open)
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
    after += [a for a in r.slots.amounts if not found and _IS.search(r.text[: a.start])]
    if len(items) == 1 and after and len(r.slots.amounts) > 1:
        one, amount = items[0], after[0]
        return [ItemMention(one.mention, one.product, amount.value, amount.unit, Mode.SET, one.code)]
    kept: dict[str | None, ItemMention] = {}
    for item in items:
        kept[item.product] = item
    return list(kept.values())


_ABOUT_CONTACT = c.CONTACT | c.CONTACT_GIVEN | c.CHANGE | c.DELIVER | c.PICKUP | c.ARRIVE


def _contact(r: Reading) -> Verdict | None:
    if r.length > 40 or not r.has(_ABOUT_CONTACT):
        return None
    s, text = r.slots, r.text
    wrong = bool(search(r"[写填选打留报输弄搞]错|错了|变了|换了|改", text))
    contact = search(
        r"地址|电话|手机|号码|收货人|联系人|门牌|房号|联系方式|配送信息|收货信息|楼号|楼栋|单元|名字|姓名",
        text,
    )
    moved = r.has(c.CHANGE) or wrong
    another = contact and search(r"(?:再|能|否|多)[^,]{0,3}(?:留|加|添加|填)|备用", text)
    if (
        contact
        and (moved or another or search(r"(?:人|电话|手机|名字?)(?:就)?[写用留填](?:成|上)?(?:我|俺)", text))
        and not search(r"群名|头像", text)
    ):
        fine = "phone" if search(r"电话|手机|号码|联系方式", contact[0]) else "household"
        return _changed(fine, [], 0.88, "change: contact")
    if (
        (s.phone or s.address)
        and moved
        and not any(a.unit or a.sign for a in s.amounts)
        and r.rest <= 6
        and not r.question
    ):
        return _changed("phone" if s.phone else "household", [], 0.7, "change: contact given")
    if search(
        r"(?:改|换|推迟|提前|延后|调)(?:一?下|个|到)?(?:时间|日期|配送时间"
        r"|送货时间|自提时间)|改(?:到|约|成|在)?(?:周"
        r"|明|后|下周|今|早|晚|上午|下午)|(?:颜色|尺码|规格|型号|口味|款式)[^,，]{0,4}(?:改"
        r"|换|选错|拍错|错了)"
        r"|(?:改|换)(?:一?下|个)?(?:颜色|尺码|规格|型号|口味|款式)",
        text,
    ) and not arrived(r):
        return _changed(
            "variant" if search(r"颜色|尺码|规格|型号|口味|款式", text) else "set",
            [],
            0.8,
            "change: date or variant",
        )
    if _SEND_HOME.match(text) and r.rest <= 4 and not r.question:
        return _changed("household", [], 0.88, "change: deliver to a place of one's own")
    if _SEND_TO.match(text) and r.rest <= 8:
        return _changed("household", [], 0.75, "change: deliver elsewhere")
    if (
        r.has(c.DELIVER | c.PICKUP | c.ARRIVE)
        and search(r"(?:晚点|晚一天|推迟|延后|提前|改天|改到|换到)[^?吗]{0,6}(?:送|发|拿|取|自提|配送)", text)
        and not r.question
    ):
        return _changed("set", [], 0.72, "change: another day")
    return None


def _swapped(r: Reading) -> Verdict | None:
    text = r.text
    found = _SWAP.search(text)
    names = [p for p in r.slots.pieces if p.kind != "amount"]
    if r.has(c.REFUND) or arrived(r):
        return None
    if (
        found
        and len(names) >= 2
        and any(n.end <= found.start() for n in names)
        and any(n.start >= found.end() for n in names)
    ):
        made = item_rules.items(r.slots, r.context.open, also_weak=True)
        return _changed("swap", made[-2:], 0.9, "change: swap")
    if _NOT_BUT.search(text) and _SLIP.search(text) and not r.question and r.rest <= 8:
        named = [i for i in item_rules.items(r.slots, r.context.open) if i.mention]
        kept = [
            i for i, n in zip(named, names, strict=False) if not text[: n.start].endswith(("不是", "不要"))
        ]
        return _changed(
            "variant" if len(names) < 2 else "swap",
            kept or named,
            0.95 if _TYPO.search(text) else (0.86 if r.named else 0.8),
            "change: this, not that",
        )
    if (
        found
        and match(
            r"^.{0,12}(?:换|改)(?:成|为)?[一-龥]{1,4}(?:的|色|味|辣|款|码|号)?(?:吧|哈|可以吗|行吗|谢谢)?$",
            text,
        )
        and (r.named or r.has(c.MY | c.UNWANTED))
        and not r.has(c.DAMAGED | c.BAD)
    ):
        return _changed("variant", _numbers(r, Mode.SET), 0.75, "change: variant")
    return None
