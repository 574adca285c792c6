"""Raw chat text to the one spelling that grammar reads, with the way back to the original."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from nlp.misheard import reheard

BOT_NAME = "小团"
READ_AT_MOST = 2_000
"""Characters of an ordinary message that are looked at (a WeChat text holds 2,048 at most)."""

FOODS = {
    "🍎": "苹果", "🍏": "青苹果", "🍐": "梨", "🍊": "橙子", "🍋": "柠檬", "🍌": "香蕉", "🍉": "西瓜",
    "🍇": "葡萄", "🍓": "草莓", "🫐": "蓝莓", "🍈": "哈密瓜", "🍒": "樱桃", "🍑": "桃子", "🥭": "芒果",
    "🍍": "菠萝", "🥥": "椰子", "🥝": "猕猴桃", "🍅": "番茄", "🥑": "牛油果", "🥦": "西兰花",
    "🥬": "青菜", "🥒": "黄瓜", "🌽": "玉米", "🥕": "胡萝卜", "🥔": "土豆", "🍠": "红薯", "🎃": "南瓜",
    "🍄": "蘑菇", "🥜": "花生", "🌰": "板栗", "🍞": "面包", "🥚": "鸡蛋", "🧀": "奶酪", "🥩": "牛排",
    "🍗": "鸡腿", "🍖": "排骨", "🌭": "热狗", "🥟": "饺子", "🍜": "面条", "🍚": "米饭", "🍙": "饭团",
    "🦐": "虾", "🦀": "螃蟹", "🦞": "龙虾", "🐟": "鱼", "🐠": "鱼", "🦪": "生蚝", "🦑": "鱿鱼",
    "🐔": "鸡", "🐓": "鸡", "🦆": "鸭", "🐷": "猪肉", "🐖": "猪肉", "🐮": "牛肉", "🐄": "牛肉", "🐂": "牛肉",
    "🐑": "羊肉", "🐐": "羊肉", "🥛": "牛奶", "🍺": "啤酒", "🍷": "红酒", "🍵": "茶", "☕": "咖啡",
    "🥮": "月饼", "🎂": "蛋糕", "🍰": "蛋糕", "🍪": "饼干", "🍫": "巧克力", "🍬": "糖", "🍯": "蜂蜜",
    "🍦": "冰淇淋", "🍤": "虾仁", "💐": "鲜花", "🧻": "卷纸", "🧄": "大蒜", "🧅": "洋葱", "🌶": "辣椒",
}  # fmt: skip
"""Food pictures as the word they stand for; aliases of products pass through the same table."""

_SIGNS = {
    "½": "半", "㎏": "kg", "㎎": "mg", "㏄": "cc", "㎖": "ml", "🔟": "10", "💯": "100",
    "×": "x", "✕": "x", "✖": "x", "＊": "*", "∗": "*", "➕": "+", "➖": "-", "—": "-", "–": "-",
    "−": "-", "﹣": "-", "～": "~", "〜": "~", "︰": ":", "\u2005": " ",
    "\xa0": " ", "\u3000": " ", "\t": " ", "\r": "\n", "\u2028": "\n", "麽": "么", "乾": "干", "瞭": "了",
    "囉": "啰", "妳": "你", "祂": "他", "牠": "它",
}  # fmt: skip
_DROPPED = "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))) + (
    "\ufeff\ufe0e\ufe0f\u20e3\xad\x00" + "".join(map(chr, range(0x1F3FB, 0x1F400)))
)
_FACE_KEPT = "图片|视频|语音|链接|文件|转账|红包|位置|小程序|聊天记录|动画表情|表情|名片|拍一拍"
_ODD = re.compile(
    rf"<span[^<>]{{0,80}}>(?:</span>)?|\[(?!(?:{_FACE_KEPT})\])[一-龥a-zA-Z]{{1,5}}\]"
    rf"|[{re.escape(_DROPPED)}]|[{''.join(FOODS)}½㎏㎎㏄㎖🔟💯]"
)
_BEYOND = "\U00010000-\U0010ffff"
_LIKE_ODD = "<[" + re.escape(_DROPPED + "".join(c for c in [*FOODS, *_SIGNS] if c < _BEYOND[0])) + _BEYOND
_MAYBE_ODD = re.compile(f"[{_LIKE_ODD}]")
"""Characters with which odd things begin, told quickly."""
_QUOTE = re.compile(
    r"\A\s*「(?P<name>[^：:「」\n]{0,60})[：:](?P<text>(?:(?!」\s*\n)[\s\S]){0,1900})」\s*\n"
    r"(?:[-—─] ?){5,60}[ \t]*\n?"
)
_MENTION = re.compile(
    r"[@＠](?!我(?:[了啦吧啊呀们]|$))(?P<name>[^\s@＠\u2005]{1,24})(?:[\u2005\u2002\xa0 ]|$)"
)
_YES_FACES = {"[ok]": "👌", "[强]": "👍", "[好的]": "👌"}


class Normalized(NamedTuple):
    """A text in one spelling: half width, simplified, lower case, no invisible characters.

    `offsets[i]` is the place in `source` of `text[i]`; there is one more for the end.
    """

    text: str
    source: str
    offsets: Sequence[int]
    quote: tuple[str, str] | None = None
    mentioned_bot: bool = False
    mentions: tuple[str, ...] = ()

    def surface(self, start: int, end: int) -> str:
        """What stood in the original where `text[start:end]` stands."""
        if start >= end:
            return ""
        return self.source[self.offsets[start] : self.offsets[end]].strip(" \u2005\n")

    def rewritten(self, parts: list[tuple[int, int, str]]) -> "Normalized":
        """The same message with `text[start:end]` of each part written as something else."""
        pieces: list[str] = []
        offsets: list[int] = []
        at = 0
        for start, end, put in parts:
            pieces += [self.text[at:start], put]
            offsets.extend(self.offsets[at:start])
            # The first character stands for all of the old spelling, the others for nothing.
            offsets.extend([self.offsets[start], *[self.offsets[end]] * (len(put) - 1)])
            at = end
        pieces.append(self.text[at:])
        offsets.extend(self.offsets[at:])
        return Normalized(
            "".join(pieces), self.source, offsets, self.quote, self.mentioned_bot, self.mentions
        )


@cache
def _table() -> dict[int, str]:
    """Every character that maps to exactly one: compatibility forms, traditional forms, capitals."""
    from opencc import OpenCC

    table: dict[int, str] = {}
    for code in (*range(0xA0, 0x3400), *range(0xF900, 0x10000), *range(0x41, 0x5B)):
        if 0xD800 <= code < 0xE000:
            continue
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(folded) == 1 and folded != chr(code):
            table[code] = folded
    hans = [chr(code) for code in range(0x4E00, 0xA000)]
    simplified = OpenCC("t2s").convert("\n".join(hans)).split("\n")
    table.update({ord(a): b for a, b in zip(hans, simplified, strict=True) if a != b and len(b) == 1})
    table.update({ord(a): b for a, b in _SIGNS.items() if len(b) == 1 and len(a) == 1})
    return table


@cache
def _unusual() -> Callable[[str], re.Match[str] | None]:
    """Finds a character that normalising might touch; many messages hold none, and are done with that."""
    known = re.escape("".join(map(chr, _table())))
    return re.compile(f"[{_LIKE_ODD}{known}@＠「]").search


def fold(text: str) -> str:
    """`text` in the spelling of names: what catalogue words and messages have in common."""
    return _ODD.sub(_replaced, text).translate(_table()) if _unusual()(text) else text


def fold_each(text: str) -> str:
    """`text` character by character in one spelling: nothing is dropped, every offset stays."""
    return text.translate(_table())


def _replaced(odd: re.Match[str]) -> str:
    found = odd[0]
    if found in FOODS:
        return FOODS[found]
    if found[0] == "[":
        return _YES_FACES.get(found.lower(), " ")
    return _SIGNS.get(found, "")


def normalize(text: str) -> Normalized:
    """The message without its quote and mentions, in one spelling; set phrases as they sound."""
    note = _plain(text)
    heard = reheard(note.text)
    return note.rewritten(heard) if heard else note


def _plain(text: str) -> Normalized:
    if len(text) <= READ_AT_MOST and not _unusual()(text):
        return Normalized(text, text, range(len(text) + 1))
    source = text
    base, quote = 0, None
    if "「" in text[:40] and (found := _QUOTE.match(text[: READ_AT_MOST * 2])):
        quote = (found["name"].strip(), fold(found["text"]))
        base = found.end()
    body = text[base : base + READ_AT_MOST]
    mentions: list[str] = []
    cuts: list[tuple[int, int, str]] = []
    if "@" in body or "＠" in body:
        cuts = _mention_cuts(body, mentions)
    if _MAYBE_ODD.search(body):
        taken = [(a, b) for a, b, _ in cuts]
        cuts += [
            (m.start(), m.end(), _replaced(m))
            for m in _ODD.finditer(body)
            if not any(a <= m.start() < b for a, b in taken)
        ]
    folded, offsets = _cut(body, base, sorted(cuts))
    bot = any(name.startswith(BOT_NAME) for name in mentions)
    return Normalized(folded, source, offsets, quote, bot, tuple(mentions))


def _mention_cuts(body: str, mentions: list[str]) -> list[tuple[int, int, str]]:
    cuts = []
    for found in _MENTION.finditer(body):
        name = found["name"]
        end = found.end()
        # People type @小团截单 by hand, without the separator that the client adds.
        if name.startswith(BOT_NAME) and name != BOT_NAME:
            name, end = BOT_NAME, found.start() + 1 + len(BOT_NAME)
        mentions.append(name)
        cuts.append((found.start(), end, " "))
    if not cuts:
        at = max(body.find("@" + BOT_NAME), body.find("＠" + BOT_NAME))
        if at >= 0:
            mentions.append(BOT_NAME)
            cuts.append((at, at + 1 + len(BOT_NAME), " "))
    return cuts


def _cut(body: str, base: int, cuts: list[tuple[int, int, str]]) -> tuple[str, Sequence[int]]:
    table = _table()
    if not cuts:
        return body.translate(table), range(base, base + len(body) + 1)
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for start, end, put in cuts:
        parts.append(body[at:start].translate(table))
        offsets.extend(range(base + at, base + start))
        parts.append(put)
        offsets.extend([base + start] * len(put))
        at = end
    parts.append(body[at:].translate(table))
    offsets.extend(range(base + at, base + len(body) + 1))
    return "".join(parts), offsets
