"""Whether a neighbour's displeasure can be about this shop at all, when nobody spoke to the bot."""

import re
from datetime import timedelta

from handlers._chat import Chat
from handlers._group_buys import home_room
from handlers._questions import in_words
from handlers._talk import elsewhere
from nlp import topics
from nlp.meaning import CURRENT
from storage.tickets.bought import bought_by

_OURS = re.compile(
    r"收到|拿到|领到|取到|取回|送来|发来|寄来|发的|送的|给的|买的|订的|下单|接龙|团购|团长|客服|商家|卖家|你们|你家|这家|这次团|本团"
    r"|退款|退钱|退货|补发|换货|赔|订单|包裹|自提|质量|假货|发货|没到货|没收到|少发|漏发|发错|送错"
    r"|烂|臭了|发霉|变质|馊|压坏|压扁|破了|漏了|洒了|碎了|不新鲜|难吃|过期"
)
_TO_US = re.compile(r"你们|你家|团长|客服|商家|卖家|小团|这次团|本团|接龙")
_HEARSAY = re.compile(
    r"去年|前年|往年|小时候|有一年|转发|转给|扩散|震惊|告诉家人|切记|千万[别不]|一起吃|少吃|多吃|打农药|激素|催熟剂|听说|据说|新闻|视频里"
)
"""Old stories, health advice and what is passed on: nothing that the shop has to mend."""
_NOT_SOLD = re.compile(r"假客服|被骗|骗子|诈骗|刷单|wifi|网速|网络|信号|流量")
_CAUTIONS = re.compile(r"小心|当心|别吃了|以免|免得|容易拉|[会能]不会拉|怕拉")
"""“别吃了小心拉肚子” warns, nobody is ill."""
_BY_ONESELF = re.compile(r"打碎|不小心|我自己|被我|[差缺]一个(?:人)?$|谁来")
_COMPARED, _COMPARES = frozenset("比跟和如"), re.compile("好|便宜|贵|还|都")
FRESH = timedelta(days=3)
"""So long after goods have come, displeasure of who got them is likely about them."""
SURE = 0.6
"""What a model believes less is no complaint of somebody who has never ordered."""
_THREAT = re.compile(r"我要?投诉|投诉你|要投诉|打12315|举报你|曝光|律师|起诉|告你")


async def concerns_the_shop(chat: Chat) -> bool:
    """Addressed, about a product of the shop or an own order, or in words that buyers use of it."""
    if chat.private or chat.message.addressed:
        return True
    to_us = _TO_US.search(chat.text) is not None
    if _is_of_others(chat.text, to_us=to_us, grave="safety" in chat.meaning.flags):
        return False
    bought = await bought_by(chat.shop, chat.person_id, chat.now)
    has_goods = any(b.arrived_at and chat.now - b.arrived_at <= FRESH for b in bought)
    line = elsewhere(chat)
    amid_talk = line is not None and (
        not (to_us or has_goods) or topics.OTHER_SHOPS.search(line.text) is not None
    )
    if "safety" in chat.meaning.flags:
        return not amid_talk or _names_goods(chat)
    if _guessed(chat) and not _likely(chat, to_us=to_us, has_goods=has_goods, known=bool(bought)):
        return False
    if _names_goods(chat):
        return True
    if amid_talk:
        return False
    return bool(bought) or to_us or bool(_OURS.search(chat.text) or _THREAT.search(chat.text))


def _is_of_others(text: str, *, to_us: bool, grave: bool) -> bool:
    """By its own words; what is `grave` is weighed further where there is a doubt."""
    if _NOT_SOLD.search(text) or (not to_us and (_CAUTIONS.search(text) or _of_other_shops(text))):
        return True
    return not grave and bool(_BY_ONESELF.search(text) or (not to_us and _HEARSAY.search(text)))


def _of_other_shops(text: str) -> bool:
    """Of what others sell, unless ours is compared with it (比超市的还烂)."""
    return any(
        text[max(m.start() - 1, 0) : m.start()] not in _COMPARED and not _COMPARES.match(text, m.end())
        for m in topics.OTHER_SHOPS.finditer(text)
    )


def _likely(chat: Chat, *, to_us: bool, has_goods: bool, known: bool) -> bool:
    """Whether what only a model took for a complaint may be one."""
    if chat.meaning.confidence < SURE and not known:
        return False
    return to_us or has_goods or _OURS.search(chat.text) is not None


def _names_goods(chat: Chat) -> bool:
    """In more than one character: 鸡 and 肉 are in everybody's kitchen."""
    meaning = chat.meaning
    said = [meaning.product] if meaning.product else []
    if any(len(p.mention or "") > 1 and p.product for p in said):
        return True
    if any(len(i.mention or "") > 1 and i.product not in (None, CURRENT) for i in meaning.items):
        return True
    vague = [p for p in said if len(p.mention or "") == 1]
    return not vague and bool(in_words(chat, chat.text, home_room(chat)))


def _guessed(chat: Chat) -> bool:
    """Only a model took it for a complaint: no word of the grammar of complaints."""
    return chat.meaning.rule in ("model", "model of reviews")
