"""Giving up one's own order, before anything was delivered."""

import re
from decimal import Decimal

from nlp import items as item_rules
from nlp.intents import cues as c
from nlp.intents.changing import arrived
from nlp.intents.reading import Reading, Verdict
from nlp.intents.wrapping import about_own_order, blanked
from nlp.meaning import CURRENT, ItemMention, Mode
from nlp.patterns import match, search
from nlp.quantities import quantities

_MINUS = re.compile(r"^\s*-\s?\d{1,2}\s?[一-龥]?\s*$")
_NOT_PAID = re.compile(r"(?:没|未|还没)(?:有)?(?:付|给钱|转|发货|截)")
_UNDO = re.compile(
    r"^\s*撤销\s*[!。~]*$|(?:刚才?|刚刚|上面|上一?条|上一步|前面|我)[^,]{0,5}(?:发错|打错|点错|不算"
    r"|作废|误发|撤销)|(?:那个|那条|那句|这条)(?:不算|作废)|当我没说"
)
_GIVEN_UP = re.compile(r"(?:退|退掉|撤|撤掉)(?:了|掉)?(?:吧|哈)?(?:$|[,，\s还])")
_GIVES_UP = re.compile(
    r"帮我|给我|取消掉?|撤单|撤销|退团|退出|划掉|删掉?了?|去掉|撤掉?了?"
    r"|退订|作废|不要[了啦咯嘞]|不想要[了啦]?|不买了|不订了|不拍了"
    r"|不接了|不报了|不参加了?|不团了|不需要了|先不[要买订]了?|退掉?了?|算了|放弃|quxiao|buyao"
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
    if r.has(c.UNDO) and _UNDO.search(text) and r.length <= 14 and not r.named and not arrived(r):
        return Verdict("cancel_sign_up", None, "undo", 0.94, "cancel: undo")
    if not r.has(c.CANCEL | c.UNWANTED) and not _GIVEN_UP.search(text):
        return None
    if _THEIRS.search(text):
        return Verdict(confidence=0.94, rule="something else is cancelled")
    if _NOT_PAID.search(text) and search(r"退|取消|不要", text) and not r.has(c.DAMAGED | c.BAD):
        made = [i for i in item_rules.items(s, r.context.open) if i.mention]
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
    made = [i for i in item_rules.items(s, r.context.open) if i.mention]
    if not made and r.context.open:
        made = [ItemMention(product=CURRENT)]
    made = [ItemMention(i.mention, i.product, i.quantity, i.unit, Mode.SUBTRACT, i.code) for i in made]
    return Verdict("cancel_sign_up", None, "cancel", certain, "cancel: own order", made)


def _unwanted(r: Reading, about: bool, bare: bool) -> float:
    text = r.text
    if search(r"不用了|算了|唔使|放弃", text) and not about:
        known = bool(r.context.previous) and not search(r"不用了", text)
        return 0.7 if known and bare else 0.0
    if match(r"^\s*(?:好|嗯|哦|没)", text) and not about:
        return 0.0
    if search(r"不来了", text) and not about:
        return 0.0
    if about:
        return 0.85 if r.rest <= 8 else 0.6
    return 0.86 if bare else (0.7 if r.rest <= 3 else 0.3)


def _minus(r: Reading) -> Verdict:
    amount = r.slots.amounts[0] if r.slots.amounts else None
    quantity = amount.value if amount else item_rules.ONE
    item = ItemMention(None, CURRENT, quantity, amount.unit if amount else None, Mode.SUBTRACT)
    booked = _largest(r.context.previous)
    if booked is not None and booked > quantity:
        return Verdict("change_sign_up", None, "subtract", 0.95, "change: minus", [item])
    return Verdict("cancel_sign_up", None, "cancel", 0.95, "cancel: minus", [item])


def _largest(previous: str | None) -> Decimal | None:

    if not previous:
        return None
    return max((q.value for q in quantities(previous)), default=None)
