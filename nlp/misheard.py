"""Set phrases in other characters of the same sound (油没油, 多少前), read as what they sound like."""

import re

SHORT = 20
"""Characters; people who dictate or mistype write little, and long texts hold such pairs by chance."""
_PHRASES: tuple[tuple[str, str], ...] = (
    ("有货", r"[油由游友诱优][货火活获伙祸惑或](?=[吗嘛么马妈没])"),
    ("有没有", r"(?:[油由游友][没每美妹][有油由游友]|有[每美妹][有油由游友]|有没[油由游友])"),
    ("还有", r"(?:[孩害][有油由游友]|还[油由游友])(?=[吗嘛么没])"),
    ("多少钱", r"多(?:[稍扫][钱前浅签]|少[前浅签])"),
    ("几块", r"几[快筷](?=钱|一|$)"),
    ("怎么卖", r"怎[嘛莫末][卖麦迈]|怎么[麦迈]"),
    ("什么时候", r"(?:[神甚][么吗嘛马]|什[吗嘛])[时石是十][候后厚]|什么(?:[石是十][候后厚]|时[后厚])"),
    ("几点", r"几[店典](?=截|结|到|送|开|能|拿|取)"),
    ("甜", r"(?<![今明后昨前几两三半每一二聊春夏秋冬整当天白\W])[天添舔田](?=[吗嘛]|不[天添舔田甜])"),
    ("新鲜", r"[新心][先线仙](?=吗|嘛|不|的)"),
    ("自提", r"自[题体踢](?=点|吗|地|在)"),
    ("截单", r"[街解节][单丹](?=了|吗|没|时)"),
)
_ANY = re.compile("|".join(f"({pattern})" for _, pattern in _PHRASES))


_BEGINS = re.compile("[油由游友诱优有孩害还多几怎神甚什天添舔田新心自街解节]")
"""What all of these begin with, told quickly."""


def reheard(text: str) -> list[tuple[int, int, str]]:
    """The stretches of a short text that sound like a set phrase, each with that phrase."""
    heard: list[tuple[int, int, str]] = []
    if len(text) > SHORT:
        return heard
    at = 0
    while begins := _BEGINS.search(text, at):
        at = begins.end()
        if found := _ANY.match(text, begins.start()):
            at = found.end()
            heard.append((*found.span(), _PHRASES[(found.lastindex or 1) - 1][0]))
    return heard
