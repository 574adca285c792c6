"""One message as the rules see it: its text, slots, cues and surroundings, and the verdict they give."""

import re
from dataclasses import dataclass, field
from itertools import compress
from operator import or_

from nlp import signs
from nlp.intents import cues
from nlp.meaning import Context, Copy, ItemMention
from nlp.people import named_alone
from nlp.slots import Slots

_POLITE = re.compile(
    r"(?:可以|可不可以|能不能|能|能否|可否|方便)(?:再|先|也|麻烦)?(?:给"
    r"|帮|替|为)(?:我|咱|忙)|好吗|行吗|可以吗"
    r"|(?<!还)(?:可以|能不能|能|可不可以)再?(?:加|来|要|订|报|留|补)[一两二三四五六半\d]"
    r"|行不|好不$|成吗|得吗|得唔得|可以不$|好不好[吧呀]?$"
)
_ASKS = re.compile(
    r"[?吗咩伐呒]|么(?!多|样的|好|么哒)|(?<!不)(.)[不没唔](?:没|不)?\1(?!看|都|无所谓|得看|全看|要看|就看"
    r"|取决|随|关系)"
    r"|有没|有冇|(?<![还总老])是不|系咪|定系|能不|可不可|会不|要不要|行不|好不好"
    r"|什么(?!的$)|啥|哪(?!怕)|多少|多[大重长高厚宽深久远粗]|(?<!好)几(?:[点时天号个多只斤克颗"
    r"根枚层瓶包片支升年块粒条袋盒箱份单户人钱元岁毛号期寸代样种类套提桶板篮把捆罐组双分]|成熟)"
    r"|怎么|怎样|咋|如何|为什么|为啥|谁|何时|点解|点样|边[个度]|乜|几多"
    r"|幾|没有[啊呀]|(?:不|没|没有|未|冇|没得)[呀啊咯啦哦哈]?(?=\s"
    r"|$|[,，。~!])|^[^,，。了着]{1,8}呢[\s!~。]*$|还是(?!不|没|老|坏|那|很|会|算了|挺|觉得|喜欢|原来|得|头一"
    r"|第一).{1,10}(?:呢|啊|呀|好)?\s*$|软毛硬毛|吧\?"
)


@dataclass(slots=True)
class Verdict:
    """What a rule concluded; `confidence` below about 0.6 lets the model speak."""

    intent: str = "chitchat"
    sub: str | None = None
    fine: str | None = None
    confidence: float = 0.9
    rule: str = ""
    items: list[ItemMention] = field(default_factory=list)
    asks: tuple[str, ...] = ()
    aspect: str | None = None
    copy: Copy | None = None
    flags: frozenset[str] = frozenset()
    urgency: str = "normal"
    remark: str | None = None


@dataclass(slots=True)
class Reading:
    """A message with everything the rules look at; `rest` counts characters that nothing explains."""

    text: str
    slots: Slots
    context: Context
    addressed: bool
    mask: int
    covered: bytearray
    rest: int = 0
    question: bool = False
    polite: bool = False
    plain: str = ""
    named: bool = False
    """A product is named beyond doubt."""

    def has(self, bits: int) -> bool:
        """Any of these cues."""
        return bool(self.mask & bits)

    @property
    def open(self) -> bool:
        """Something is on offer here, so that short words can mean it."""
        return self.context.open is None or bool(self.context.open) or self.addressed

    @property
    def to_others(self) -> bool:
        """Written to a member (@老陈), neither to the bot nor to who runs the shop."""
        names = self.slots.note.mentions
        return bool(names) and not self.addressed and not any(_SHOP.search(name) for name in names)

    @property
    def length(self) -> int:
        """Characters that are said, without blanks and signs."""
        return len(self.plain)


_THEN = re.compile(
    r"那(?:就|先)?(?:给我|帮我)?(?:记|来|要|报|加|留|拿|订)|(?:可以|行|能|有)(?:的话)?就(?:要|来|留|订)"
)
"""After a question: the order that does not wait for the answer."""
_SHOP = re.compile(r"团长|客服|老板|店|小团|群主|管理|所有人|all", re.IGNORECASE)
_HELLO = re.compile(r"在不在|在吗|在么|有人吗(?=.)|你好吗|好吗$")
NAME, PERSON = "□", "△"
"""What stands in `Reading.text` for each character of a product's or person's name."""
_SIGNS = re.compile(r"[\s,，。.!！~？?、;；:：…\-—\"'“”()（）【】\[\]#*]+")


def reading(slots: Slots, context: Context, addressed: bool) -> Reading:
    """Scans the cues of a message and counts what stays unexplained."""
    text = _masked(slots)
    mask, covered = cues.scan(text)
    made = Reading(text, slots, context, addressed, mask, covered)
    taken = slots.taken
    made.named = bool(slots.found) and any(not f.weak for f in slots.found)
    may_be_named = slots.pieces and slots.on_behalf_of is None and not slots.text.isalpha()
    if may_be_named and (alone := named_alone(text, taken, covered)):
        slots.name_person(alone)
        made.text = text = text[: alone.start] + PERSON * (alone.end - alone.start) + text[alone.end :]
    made.plain = text if text.isalnum() else _SIGNS.sub("", text)
    for amount in slots.amounts:
        covered[amount.start : amount.end] = b"\x01" * (amount.end - amount.start)
    if slots.same:
        covered[slots.same[0] : slots.same[1]] = b"\x01" * (slots.same[1] - slots.same[0])
    made.rest = _unexplained(text, covered, taken)
    if slots.signs & signs.QUESTION:
        made.question = bool(_ASKS.search(_HELLO.sub("", text) if made.has(cues.GREETING) else text))
    made.polite = made.question and bool(_POLITE.search(text) or _THEN.search(text))
    if addressed:
        made.mask |= cues.TO_BOT
    if made.question:
        made.mask |= cues.ASKED
    if slots.pieces or slots.same:
        made.mask |= cues.ITEMS
    if slots.phone or slots.address:
        made.mask |= cues.CONTACT_GIVEN
    if "-" in text or "退" in text or "撤" in text:
        made.mask |= cues.TAKES_BACK
    return made


def _unexplained(text: str, covered: bytearray, taken: bytearray) -> int:
    explained = bytes(map(or_, covered, taken)) if 1 in taken else covered
    left = "".join(compress(text, explained.translate(_UNEXPLAINED)))
    return len(left) if left.isalnum() else sum(c.isalnum() or c > "\U0001f000" for c in left)


_UNEXPLAINED = bytes([1, *bytes(255)])


def _masked(slots: Slots) -> str:
    """The text with names blanked, so that no cue is found inside 拖把 or 张老师."""
    text = slots.text
    for found in slots.found:
        if not found.weak:
            text = text[: found.start] + NAME * (found.end - found.start) + text[found.end :]
    if slots.person_at[1] and slots.person_at[1] - slots.person_at[0] > 1:
        start, end = slots.person_at
        text = text[:start] + PERSON * (end - start) + text[end:]
    return text
