"""Orders inside long polite sentences: 小美，我刚才在忙，现在补一下，草莓要一盒，谢谢."""

import re

from nlp import items as item_rules
from nlp.intents import cues as c
from nlp.intents.reading import Reading, Verdict
from nlp.intents.wrapping import blanked, only_wrapping
from nlp.meaning import CURRENT, ItemMention, Mode
from nlp.quantities import Quantity

_LONG = 12
"""Characters from which people wrap an order into sentences."""
_CLAUSES = re.compile(r"[,，。;；!！?？\n~]+")
_WISHES = re.compile(r"[要来订定留记加买拿带报团]|登记|给我|帮我")
_SAYS_TOO = re.compile(r"那就|就想着?|我(?:也)?想|不好意思|[请您]|(?:行|可以|好)[吗不么]$")
"""What elders put around an order that the small words of short ones do not know."""
_GOES_ON = re.compile(r"\s*(?:还有|另外|外加|加上|再加?|和|以及|也)")
_NO_GOODS = ("分", "块", "岁", "点")
_AT_HOME = re.compile(r"还[有剩]|剩|没吃|[吃用喝][完掉脱]|家里")
"""“我要一板，上次的还有十几只没吃完”: what is still there is not wanted."""
_ALREADY = re.compile(
    r"(?:都|还|就)?没(?:人|有人)?(?:理|回|给|收到|到|记)|坏|烂|臭|少[了发给]|缺了|退|赔|发错|漏[了发]|骗"
)
_PAST_ONLY = re.compile(r"今天|现在|再|补|还想|刚看到")
_NO_ORDER = c.DAMAGED | c.WRONG | c.FAKE | c.REFUND | c.LATE | c.CANCEL | c.UNDO | c.CHANGE_TO | c.ELSEWHERE


def order(r: Reading) -> Verdict | None:
    """Every clause with an amount is an order with small words around; the others tell of something else."""
    s, text = r.slots, r.text
    amounts = [a for a in s.amounts if not a.bare and a.unit not in _NO_GOODS]
    if r.length < _LONG or not amounts or s.same or r.has(_NO_ORDER) or _ALREADY.search(text):
        return None
    if s.price or (r.has(c.PAST) and not _PAST_ONLY.search(text)):
        return None
    wanted: list[Quantity] = []
    rest, at, there = blanked(r), 0, set[str]()
    for gap in [*_CLAUSES.finditer(text), None]:
        end = gap.start() if gap else len(text)
        clause, mine = text[at:end], [a for a in amounts if at <= a.start < end]
        asks = _WISHES.search(clause) or (wanted and _GOES_ON.match(clause))
        if mine and asks and only_wrapping(_SAYS_TOO.sub(" ", rest[at:end])):
            wanted += mine
            there |= {f.names[0] for f in s.found if at <= f.start < end and not f.weak}
        elif mine and not (wanted and _AT_HOME.search(clause)):
            return None
        at = gap.end() if gap else end
    made = _ordered(r, wanted, there)
    if not made or (not r.named and r.context.open is None):
        return None
    return Verdict("join_group_buy", None, "join", 0.95, "join: in polite sentences", made)


def _ordered(r: Reading, wanted: list[Quantity], there: set[str]) -> list[ItemMention]:
    """“我答应她买草莓，那就给我两盒吧”: the amount is of the one product that was named before."""
    made = item_rules.items(r.slots, r.context.open)
    found = there or {f.names[0] for f in r.slots.found if not f.weak}
    if len(wanted) == 1 and len(there) <= 1:
        mode = next((i.mode for i in made if i.quantity is not None), Mode.SET)
        product = next(iter(found)) if len(found) == 1 else CURRENT
        return [ItemMention(None, product, wanted[0].value, wanted[0].unit, mode)]
    return [i for i in made if i.quantity is not None] if wanted else []
