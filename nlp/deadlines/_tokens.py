"""The pieces a time is said with (a day, a part of the day, a clock) and where they stand."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nlp.deadlines._words import FEASTS, NUMBER, PARTS, SMALL, UNITS


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_DAY = rf"(?:{SMALL}(?:[日号]|(?![\d一二三四五六七八九十点时:.个份盒]))|底|末|最后一天)"
_AFTER = "(?:之后|以后|过后|后|之内|以内|内)"
_COUNTED = "[份个人户盒斤箱板袋元块单件只条包瓶]"
MINUTES = (
    rf"(?:半|一刻|三刻|[0-5]?\d分|[0-5]\d(?![\d./]|{_COUNTED})|"
    rf"{SMALL}分|[二三四五]?十[一二三四五六七八九]?(?!{_COUNTED})|零[一二三四五六七八九]分?)"
)
CLOCK = rf"""
    (?<![\d.比])(?<!\d:)(?<!比分)(?P<h>\d{{1,2}}):(?P<mi>[0-5]\d)(?::[0-5]\d)?(?![\d:])
    (?!\s*(?:赢|输|平|兑|稀释|领先))
  | (?:差(?P<to>一刻|{SMALL}分钟?|5|10)到?)?(?<![\d.第这那])(?<!\d:)(?P<hc>{SMALL})
    (?:[ ]?点钟|[ ]?点(?![击单赞评心餐外名头数菜个了点]|\d(?!\d|分|{_COUNTED}))
      |时(?![候间段尚节常而不]))
    (?:差(?P<to2>{SMALL}分|一刻)|(?P<mc>{MINUTES}))?
  | (?<![\d.])(?P<hd>1[3-9]|2[0-3])\.(?P<mdot>[0-5]\d)(?=\s*(?:截|收单|封单|停))
"""

_PIECES = {
    "ymd": r"20\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}(?!\d)[日号]?",
    "offset": rf"""(?<![\d.第])
       (?P<lead>再过|还有|还剩|倒计时|再等|(?:过|最后)(?=[^天日周月礼星\s]{{1,5}}[时头钟分]))?
       (?P<n>{NUMBER})个?(?P<half>半)?(?P<unit>{_either(UNITS)}|(?:(?<=个)|(?<=个半))月)
       (?P<more>半|(?:零|又)?(?P<n2>{NUMBER})分钟?)?
       (?(lead){_AFTER}?|{_AFTER})""",
    "md": rf"(?P<year>今年|明年)?(?<![\d.])(?P<month>{SMALL})月份?(?P<mday>{_DAY})",
    "dom": rf"(?P<which>本|这个?|当|下下个?|下个?)月的?(?P<dday>{_DAY})",
    "monthend": r"月底|月末|年底|年末",
    "bareday": rf"""(?<![\d一二三四五六七八九十第A-Za-z./-])(?P<bday>{SMALL})[号日]
       (?!\d{{1,3}}{_COUNTED}|[A-Za-z]|[一两二三]{_COUNTED})""",
    "slash": r"""(?<![\d./-])(?<!\d:)(?P<m>1[0-2]|0?[1-9])(?P<sep>[/.-])
       (?P<d>[12]\d|3[01]|0?[1-9])(?P<mark>[日号])?(?![\d/.-])""",
    "week": r"""(?<![\d一二三四五六七八九十两几半每])
       (?P<pre>下下个?|下个?|本|这个?|上个?)?(?:周的?(?=周|星期|礼拜))?(?:周|星期|礼拜)
       (?P<wday>[一二三四五六日天末]|[1-7](?![\d.元块岁年月个天:点]))
     | (?P<wpre>下下|下|本|这)个?(?:周|星期|礼拜)(?:内|之内|以内|底)?(?![一二三四五六日天末])""",
    "rel": r"""(?<!以)(?P<ahead>大后|大前|[明后今昨前次])[天日](?![气猫])
       |(?P<ahead2>[明后今昨])儿个?|(?P<ahead4>[听聽])(?:日|(?=晚|朝|早))|(?P<ahead3>[明后今昨])(?=早|晚|中午|上午|下午|傍晚|凌晨|夜|午)""",
    "feast": rf"(?P<feastname>{_either(FEASTS)})节?",
    "same": r"这个?(?:时候|时间|点儿?(?![卖送]))|同一?时间|此时",
    "offwork": r"下班前?",
    "clock": CLOCK,
    "part": rf"(?:{_either(p for p in PARTS if len(p) > 1)}"
    r"|早(?!餐|市|茶|饭|点)|晚(?!餐|饭|会|安|辈)|夜(?!宵|市)|午(?!餐|饭|睡|休))",
}
_KIND = dict.fromkeys(_PIECES, "date") | {
    "offset": "offset",
    "same": "clock",
    "clock": "clock",
    "offwork": "part",
    "part": "part",
}
_TOKEN = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _PIECES.items()),
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: `kind` is date, part, clock or offset, `name` the pattern that found it."""

    kind: str
    name: str
    match: re.Match[str]

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.match.start()

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.match.end()

    @property
    def text(self) -> str:
        """The piece as it stands in the folded text."""
        return self.match.group()

    def get(self, name: str) -> str | None:
        """The text of a named group of the pattern."""
        found: str | None = self.match.group(name)
        return found


def tokens(text: str) -> Iterator[Token]:
    """The pieces of time in folded text, left to right, without overlaps."""
    for match in _TOKEN.finditer(text):
        name = match.lastgroup or ""  # the outermost group closes last
        yield Token(_KIND[name], name, match)
