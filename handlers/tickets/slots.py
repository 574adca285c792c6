"""What a case still lacks: asked one thing at a time, answered in any words, in private or in the group."""

import re
from decimal import Decimal

from handlers import Chat
from handlers.tickets import cues
from handlers.tickets.base import tell_customer, tell_desk
from handlers.tickets.photos import take_earlier
from handlers.tickets.words import wishes
from storage.money import plain, yuan
from storage.tickets import Ticket
from storage.tickets.bought import Bought

ASKED = "ticket_slot"
"""The question about a case that waits for an answer."""
MINUTES = 24 * 60
MINUTES_IN_GROUP = 10
NEEDS = {
    "damaged": ("item", "photo", "affected", "wish"),
    "quality": ("item", "photo", "wish"),
    "wrong_item": ("item", "photo", "wish"),
    "missing": ("item", "affected", "wish"),
    "counterfeit": ("item", "photo"),
    "refund": ("item", "affected"),
    "late": ("item",),
    "safety": ("item", "photo"),
}
"""What a case of each kind needs, in the order of asking (E2). Legal words get no questions."""
_NO_PHOTO = re.compile(r"没(?:有|拍|照|法拍|图)|扔了|丢了|吃了|吃完|拍不了|不会拍|不方便拍|没照片")
_HALF = re.compile(r"一半|半(?:盒|箱|袋|份|斤|板)")
_ALL = re.compile(r"全(?:都|部)?(?:坏|烂|臭|碎|破|是|没)|都(?:坏|烂|臭|碎|破|是)|全部|没一个好")
_WISH = (
    ("refund", re.compile(r"退(?!货)|钱")),
    ("reship", re.compile(r"补|重(?:新)?发|再(?:发|送)")),
    ("replace", re.compile(r"换")),
)
_COUNT = re.compile(
    r"(?P<n>\d+(?:\.\d+)?|[一二两俩三四五六七八九十半])\s?(?P<unit>盒|箱|袋|份|板|包|个|只|斤|瓶|提|枚|件|条|罐|桶)?"
)
_HANS = {"一": "1", "二": "2", "两": "2", "俩": "2", "三": "3", "四": "4", "五": "5", "六": "6",
         "七": "7", "八": "8", "九": "9", "十": "10", "半": "0.5"}  # fmt: skip


def missing(ticket: Ticket) -> str | None:
    """The first thing the case still lacks; None: it is complete, or a person talks anyway."""
    if ticket.facts.get("angry") or ticket.facts.get("human_first"):
        return None
    have = ticket.facts
    for need in NEEDS.get(ticket.category, ()):
        if need == "item" and ticket.item is None:
            return need
        if need == "photo" and not have.get("photos") and not have.get("no_photo"):
            return need
        if need == "affected" and not have.get("affected") and _several(ticket):
            return need
        if need == "wish" and not have.get("wish"):
            return need
    return None


def _several(ticket: Ticket) -> bool:
    """One box of which something is wrong is one box."""
    return Decimal(ticket.facts.get("ordered", "2")) > 1


def learn(chat: Chat, ticket: Ticket) -> bool:
    """Take from a message what the case lacks; True when it told something."""
    before = dict(ticket.facts)
    if chat.message.kind == "image":
        ticket.fact(photos=int(ticket.facts.get("photos", 0)) + 1)
    photos, shown = _photos_before(chat) if not ticket.facts.get("photos") else (0, [])
    if photos:
        ticket.fact(photos=photos)
        take_earlier(chat, ticket, shown)
    _learn_wish(chat, ticket)
    amount = _affected(chat, ticket)
    if amount is not None:
        ticket.fact(affected=plain(amount))
    return ticket.facts != before


def _photos_before(chat: Chat) -> tuple[int, list[str]]:
    """Photos first, words later: how many the sender showed here within the hour, and in which messages."""
    kept = chat.recall_flow("photos", None, chat.person_id)
    chat.forget("photos", None, chat.person_id)
    taken = [t.last_customer_at for t in chat.rows(Ticket).by("customer_id", chat.person_id)]
    used = max((at for at in taken if at is not None and at < chat.now), default=None)
    mine = [
        line
        for line in chat.recent
        if line.person_id == chat.person_id
        and line.kind == "image"
        and (used is None or line.at > used)
        and (chat.now - line.at).total_seconds() <= 3600
    ]
    shown = list(dict.fromkeys([*(kept or {}).get("messages", ()), *(line.id for line in mine)]))
    return max(len(mine), int(kept["count"]) if kept else 0), shown


def _learn_wish(chat: Chat, ticket: Ticket) -> None:
    flags = chat.meaning.flags
    for wish in ("refund", "reship", "replace"):
        if f"wish_{wish}" in flags:
            ticket.fact(wish=wish)
    if ticket.category == "refund" and not ticket.facts.get("wish"):
        ticket.fact(wish="refund")


def _affected(chat: Chat, ticket: Ticket) -> Decimal | None:
    """How much is wrong, in the unit of the order."""
    text, facts = chat.text, ticket.facts
    if cues.DISPUTE.search(text):
        return None  # 为什么只退一半 tells of the money, not of the goods
    unit = facts.get("unit")
    ordered = Decimal(facts["ordered"]) if "ordered" in facts else None
    if ordered is not None and _ALL.search(text):
        return ordered
    for found in _COUNT.finditer(text):
        if unit is not None and found["unit"] in (unit, "份"):
            amount = Decimal(_HANS.get(found["n"], found["n"]))
            if ordered is None or Decimal(0) < amount <= ordered:
                return amount
    if ordered is not None and _HALF.search(text):
        return ordered / 2
    return None


def ask_missing(
    chat: Chat, ticket: Ticket, several: list[Bought], *, opening: str, quiet: bool = False
) -> None:
    """The opening words and exactly one question, in private; its answer counts in the group, too."""
    need = None if quiet or ticket.human_active(chat.now) else missing(ticket)
    question = _question(ticket, need, several)
    tell_customer(chat, ticket, f"{opening}\n{question}" if question else opening)
    for room in dict.fromkeys((None, chat.room_id, ticket.room_id)):
        if need is None:
            _settled(chat, room)
            continue
        # In the group other talk goes on: a “不要了” of half an hour later is about a sign-up.
        minutes = MINUTES if room is None else MINUTES_IN_GROUP
        chat.remember(
            ASKED,
            room,
            chat.person_id,
            minutes,
            question=question,
            ticket=ticket.number,
            need=need,
            choices=[_choice(order) for order in several],
        )
        chat.remember("asked", room, chat.person_id, minutes, kind=ASKED, question=question)


def _settled(chat: Chat, room: str | None) -> None:
    asked = chat.recall_flow("asked", room, chat.person_id)
    if asked is not None and asked.get("kind") == ASKED:
        chat.forget("asked", room, chat.person_id)
        chat.forget(ASKED, room, chat.person_id)


def forget_question(chat: Chat, ticket: Ticket) -> None:
    """A person has taken over: nothing is asked any more."""
    for room in dict.fromkeys((None, chat.room_id, ticket.room_id)):
        _settled(chat, room)


def _choice(order: Bought) -> dict[str, str | int]:
    return {"group_buy": order.group_buy, "code": order.code, "item": order.item}


def _question(ticket: Ticket, need: str | None, several: list[Bought]) -> str:
    name, unit = ticket.item or "", ticket.facts.get("unit", "份")
    if need == "item":
        if several:
            shown = " ".join(f"{n}{order.item}" for n, order in enumerate(several[:6], 1))
            return f"是哪样有问题？{shown}，回数字就行。"
        return "是哪样还没到？" if ticket.category == "late" else "是哪样东西有问题？"
    if need == "photo":
        if ticket.category == "safety":
            return "方便的话拍张剩余商品和包装的照片发这里，留作凭证。"
        return "方便拍张照片发这里吗？没有就回「没有」。"
    if need == "affected":
        ordered = ticket.facts.get("ordered")
        bought = f"您订了{plain(Decimal(ordered))}{unit}{name}，" if ordered else ""
        verb = "少了" if ticket.category == "missing" else "有问题的是"
        return f"{bought}{verb}几{unit}？"
    if need == "wish":
        value = ticket.worth
        money = f"退款¥{yuan(value)}" if value else "退款"
        amount = ticket.facts.get("affected")
        again = f"补{amount}{unit}" if amount else "补货"
        return f"您想：1 {money}  2 {again}？回1或2。"
    return ""


async def take_answer(chat: Chat, ticket: Ticket, asked: dict[str, object]) -> bool:
    """The answer to what was asked; False when the words are about something else."""
    need = asked.get("need")
    text = chat.text.strip(" 。.!！~")
    if chat.message.kind == "image":
        return learn(chat, ticket)
    if need == "item":
        return _take_item(chat, ticket, asked)
    if need == "photo" and _NO_PHOTO.search(text) and len(text) <= 12:
        ticket.fact(no_photo=True)
        return True
    if need == "affected":
        return _take_amount(chat, ticket, text)
    if need == "wish" and _take_wish(ticket, text):
        return True
    bare = _COUNT.fullmatch(text.removeprefix("坏了").removeprefix("少了"))
    if chat.private and bare is not None and bare["unit"]:
        return _take_amount(chat, ticket, text)
    return False


def _take_item(chat: Chat, ticket: Ticket, asked: dict[str, object]) -> bool:
    choices = asked.get("choices")
    number = _number(chat.text)
    if isinstance(choices, list) and number is not None and 1 <= number <= len(choices):
        ticket.item = str(choices[int(number) - 1]["item"])
        return True
    product = chat.meaning.product
    items = [item.product for item in chat.meaning.items if item.product]
    name = (product.product or product.mention) if product else (items[0] if items else None)
    if name is None or name.startswith("@"):
        return False
    ticket.item = name
    return True


def _take_amount(chat: Chat, ticket: Ticket, text: str) -> bool:
    if len(text) > 14:
        return False
    amount = _affected(chat, ticket) or _number(text)
    if amount is None and _HALF.search(text):
        amount = Decimal(1) / 2
    if amount is None or amount <= 0:
        return False
    ordered = ticket.facts.get("ordered")
    if ordered is not None:
        amount = min(amount, Decimal(ordered))
    ticket.fact(affected=plain(amount))
    _maybe_wish(ticket, text)
    return True


def _maybe_wish(ticket: Ticket, text: str) -> None:
    for wish, pattern in _WISH:
        if pattern.search(text):
            ticket.fact(wish=wish)
            return


def _take_wish(ticket: Ticket, text: str) -> bool:
    short = {"1": "refund", "一": "refund", "2": "reship", "二": "reship"}
    if text in short:
        ticket.fact(wish=short[text])
        return True
    if len(text) > 14:
        return False
    before = ticket.facts.get("wish")
    _maybe_wish(ticket, text)
    return ticket.facts.get("wish") != before


def _number(text: str) -> Decimal | None:
    found = _COUNT.search(text.strip())
    if found is None or found.start() > 3:
        return None
    return Decimal(_HANS.get(found["n"], found["n"]))


def tell_what_was_learned(chat: Chat, ticket: Ticket, words: str) -> None:
    """The desk sees the answer, and what the case is now."""
    told = wishes(ticket)
    tell_desk(chat, ticket, f"{ticket.label} {chat.sender}：{words}" + (f"（{told}）" if told else ""))
