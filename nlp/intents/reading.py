"""One message as the rules see it: its text, slots, cues and surroundings, and the verdict they give."""

import re
from dataclasses import dataclass, field

from nlp.intents import cues
from nlp.meaning import Context, Copy, ItemMention
from nlp.slots import Slots

_POLITE = re.compile(
    r"(?:可以|可不可以|能不能|能|能否|可否|方便)(?:再|先|也|麻烦)?(?:给|帮|替|为)(?:我|咱|忙)|好吗|好不好[吧呀]?$|行吗|可以吗|行不|好不$|成吗|得吗|得唔得|可以不$|行不行"
)
_ASKS = re.compile(r"[?吗么咩]|[没不]有?[啊呀了]?$|[未伐呒]$|(.)不\1|有没有|有冇|是不是|能不能|可不可以|会不会|吧\?")


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

    def has(self, bits: int) -> bool:
        """Any of these cues."""
        return bool(self.mask & bits)

    @property
    def open(self) -> bool:
        """Something is on offer here, so that short words can mean it."""
        return self.context.open is None or bool(self.context.open) or self.addressed

    @property
    def named(self) -> bool:
        """A product is named beyond doubt."""
        return any(not f.weak for f in self.slots.found)

    @property
    def length(self) -> int:
        """Characters that are said, without blanks and signs."""
        return len(self.plain)


_SIGNS = re.compile(r"[\s,，。.!！~？?、;；:：…\-—\"'“”()（）【】\[\]#*]+")


def reading(slots: Slots, context: Context, addressed: bool) -> Reading:
    """Scans the cues of a message and counts what stays unexplained."""
    text = slots.text
    mask, covered = cues.scan(text)
    made = Reading(text, slots, context, addressed, mask, covered)
    taken = slots.taken
    made.plain = _SIGNS.sub("", text)
    for amount in slots.amounts:
        covered[amount.start : amount.end] = b"\x01" * (amount.end - amount.start)
    if slots.same:
        covered[slots.same[0] : slots.same[1]] = b"\x01" * (slots.same[1] - slots.same[0])
    made.rest = sum(
        1 for i, c in enumerate(text) if not covered[i] and not taken[i] and (c.isalnum() or c > "\U0001f000")
    )
    made.question = made.has(cues.ASK | cues.QUESTION_WORD) and (
        made.has(cues.QUESTION_WORD) or bool(_ASKS.search(text))
    )
    made.polite = made.question and bool(_POLITE.search(text))
    return made
