"""Where a list's header, entries and trailing note begin and end."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_MARK = re.compile(r"[#＃]\s*接[龙龍]|[#＃]\s*group\s*note\b", re.IGNORECASE)
_BARE_MARK = re.compile(r"^\s*(?:@\S+\s+)?接[龙龍](?=\s|$|[:：])")
_QUOTE_LINE = re.compile(r"^[ \t]*(?:[-—–─－][ \t]?){15,}", re.MULTILINE)
_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(20)}
_CIRCLED |= {chr(0x3251 + n): n + 21 for n in range(15)} | {chr(0x32B1 + n): n + 36 for n in range(15)}
_CIRCLED |= {chr(0x2776 + n): n + 1 for n in range(10)} | {chr(0x2474 + n): n + 1 for n in range(20)}
_CIRCLED |= {chr(0x2488 + n): n + 1 for n in range(20)} | {chr(0x24F5 + n): n + 1 for n in range(10)}
_CIRCLED |= {"🔟": 10}
_KEYCAP = r"(?:[0-9]\ufe0f?\u20e3){1,3}"
_INDEX = re.compile(
    rf"[ \t\u3000]*(?:(?P<keycap>{_KEYCAP}|[{''.join(_CIRCLED)}])[.、．:：]?"
    r"|[(（\[【](?P<bracket>[0-9０-９]{1,6})[)）\]】][.、．:：]?"
    r"|(?P<number>[0-9０-９]{1,6})(?:[ \t]?(?P<separator>[.．、)）:：·])|(?P<glued>))[ \t\u3000]*)"
)
_NEXT_ON_THE_LINE = re.compile(r"[ ](\d{1,6})[.、．)）][ ]?(?=[^\d\s])")
_SPACED = re.compile(r"[ \t]*\d{1,6}[ \t\u3000]+\S")
_WEIGHED = re.compile(r"\d{1,3}\s*[斤个箱盒份袋瓶公kg元块折]|\d{1,2}\s*$")
_STYLES = {"．": ".", "：": ":", "）": ")"}
_AFTER_BARE = re.compile(
    r"[\d.:：/~\-—%℃]|[ \t\u3000]+(?:[.:：/~\-—%℃]|\d{1,4}(?:\.\d+)?\s?[斤个箱盒份袋瓶包板提只件枚元块点]?"
    r"\s*$|[斤个箱盒份袋瓶包板提只件枚](?![\u4e00-\u9fff]))"
    r"|(?:[斤个箱盒份袋瓶包板提只条件枚点号楼栋幢月日年元块人户室单岁克两公升寸折分天周期群层]|小时|大箱|小箱|kg|km|ml)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"^[ \t\u3000]*(?:例(?=[ \t:：如子\d,，])|例$|示例|范例|样例|举例|格式(?:[:：]|如)"
    r"|模板[:：]|e\.?g\.?[ :：])",
    re.IGNORECASE,
)
_RULES_TITLE = re.compile(
    r"(?:规则|規則|说明|說明|注意(?:事项)?|须知|須知|要求|流程|步骤|温馨提示|提示|备注|公告"
    r"|PS|p\.s\.)[\s】\]]*[:：]?\s*$",
    re.IGNORECASE,
)
_RULE_WORDS = re.compile(
    r"付款|截单|截止|截團|自提|领货|领取|取货|写清|寫清|注明|备注|接龙|格式|楼号|不退|不候"
    r"|准时|售后|坏果|到货|配送|送货|数量有限"
    r"|先到先得|每户|每人|限购|都是|请|务必|统一|转账|私聊|改名|勿|严禁|不要重复|按顺序|规格"
    r"|产地|口感"
)
_RENDERED = re.compile(r"[^：\n]{1,80}：(?:—|[A-Z]\d|[^\s（）：]{1,60}×\d)")
"""The beginning of a line that `render_list` wrote."""
_RULER = re.compile(r"[ \t]*[-—–─=*_~·.]{3,}[ \t]*$")
_FOOTER = re.compile(
    r"^[ \t]*(?:@所有人|@全体|共[ \d]|合计|总计|一共|还差|还剩|已接|目前|截止|截单|统计"
    r"|备注[:：]|——|={3,}|-{3,}(?!\s?-))"
)


class Line(NamedTuple):
    """A line with a number in front of it: what follows the number begins at `start`."""

    number: int
    style: str
    start: int


@dataclass(slots=True)
class RawEntry:
    """A numbered line and the lines that belong to it."""

    index: int
    text: str
    more: list[str] | None = None


@dataclass(slots=True)
class Segments:
    """The three parts of a list."""

    header: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    marked: bool = False


def is_list(text: str) -> bool:
    """Is this a posted list? Cheap: looks for the mark in the first line; quotes are none."""
    head = text[:400].lstrip()
    first = head.partition("\n")[0]
    if not (_MARK.search(first) or _BARE_MARK.match(first)):
        return False
    if head.startswith("「") and _QUOTE_LINE.search(text[:4_000]):
        return False
    if _QUOTE_LINE.search(head):
        return False
    return bool(_MARK.search(first)) or bool(split(text[:4_000]).entries)


def is_numbered(line: str) -> bool:
    """Does the line begin as an entry does?"""
    return _INDEX.match(line) is not None


def is_example(line: str) -> bool:
    """Does the line begin as an example does (例 …)?"""
    return _EXAMPLE.match(line) is not None


def split(text: str) -> Segments:
    """Header, entries and note of a list; a list on a single line is opened up first."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    result = Segments()
    lines = _without_mark(lines, result)
    numbered = _numbers(lines)
    if not any(numbered[1:]):
        lines = _opened(lines)
        numbered = _numbers(lines)
    start = _first_entry(lines, numbered)
    if start == len(lines) and any(numbered):
        # Numbered rules above, entries with bare numbers below.
        below = max((at for at, line in enumerate(numbered) if line and line.style != "bare"), default=-1) + 1
        numbered[below:] = _numbers(lines[below:])
        start = next((at for at in range(below, len(lines)) if numbered[at]), start)
    _header(lines[:start], result)
    _entries(lines, numbered, start, result)
    return result


def _without_mark(lines: list[str], result: Segments) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    if not lines:
        return [""]
    for number, line in enumerate(lines[:3]):
        mark = _MARK.search(line)
        if mark:
            result.marked = True
            rest = (line[: mark.start()] + " " + line[mark.end() :]).strip()
            return [*lines[:number], rest, *lines[number + 1 :]]
    if lines[0].strip() in {"接龙", "接龍"}:
        result.marked = True
        return ["", *lines[1:]]
    return lines


def _numbers(lines: list[str]) -> list[Line | None]:
    """The numbered lines; “2.3栋小赵”, “3 老李” and “4陶四” count where the count goes on with them."""
    found = [_numbered(line) for line in lines]
    signed = any(line and line.style not in {"bare", "decimal"} for line in found)
    expected = None if signed else 1
    for at, line in enumerate(found):
        if line is None:
            continue
        if line.style == "decimal":
            later = (found[n] for n in range(at + 1, len(found)))
            following = next((n.number for n in later if n), 0) if line.number == 1 else 0
            goes_on = line.number == expected or following == 2
            if not goes_on or _WEIGHED.match(lines[at], line.start):
                found[at] = None
                continue
            found[at] = Line(line.number, ".", line.start)
        elif line.style == "bare" and (line.number != expected or (signed and not _SPACED.match(lines[at]))):
            found[at] = None
            continue
        expected = line.number + 1
    return found


def _numbered(line: str) -> Line | None:
    """The number in front of a line, if it looks like an entry's; bare numbers have style `bare`."""
    match = _INDEX.match(line)
    if match is None:
        return None
    rest = line[match.end() :]
    if match["keycap"]:
        word = match["keycap"]
        index = _CIRCLED.get(word) or int(re.sub(r"\D", "", word))
        return Line(index, "circled", match.end())
    if match["bracket"]:
        return Line(int(match["bracket"]), "bracket", match.end())
    index = int(match["number"])
    separator = match["separator"]
    if separator is None:
        if not rest.strip() or _AFTER_BARE.match(line[match.end("number") :]):
            return None
        return Line(index, "bare", match.end())
    if separator in ".．:：·" and rest[:1].isdigit() and line[match.end("separator")] == rest[:1]:
        # 2.5斤, 8:20 – unless the number is the next one, which `_numbers` decides.
        return Line(index, "decimal", match.end())
    return Line(index, _STYLES.get(separator, separator), match.end())


def _opened(lines: list[str]) -> list[str]:
    """“#接龙 生蚝49/箱 1. 海哥 2箱 2. 阿浪 1箱”: one line per consecutive number."""
    text = "\n".join(lines)
    cuts: list[int] = []
    for match in re.finditer(r"(?<=[ \u3000,，;；])(\d{1,4})[.、．)）](?!\d)[ ]?(?=\S)", text):
        if int(match[1]) == len(cuts) + 1:
            cuts.append(match.start())
    if len(cuts) < 2 and not (cuts and len(lines) == 1):
        return lines
    bounds = [0, *cuts, len(text)]
    parts = [text[a:b].strip() for a, b in itertools.pairwise(bounds)]
    return [*parts[0].split("\n"), *parts[1:]]


def _first_entry(lines: list[str], numbered: list[Line | None]) -> int:
    """The line at which the entries begin: behind example lines and numbered rules."""
    blocks = _blocks(numbered)
    for position, (begin, end) in enumerate(blocks):
        later = position + 1 < len(blocks)
        title = next((lines[i] for i in range(begin - 1, -1, -1) if lines[i].strip()), "")
        said = [lines[begin + n][line.start :] for n, line in enumerate(numbered[begin:end]) if line]
        rules = sum(bool(_RULE_WORDS.search(text)) for text in said)
        if sum(bool(_RENDERED.match(text)) for text in said) * 2 > len(said):
            return begin
        mostly = rules * 2 > len(said)
        if begin > 0 and _RULES_TITLE.search(title) and (later or mostly):
            continue
        if later and mostly:
            continue
        return begin
    return len(lines)


def _blocks(numbered: list[Line | None]) -> list[tuple[int, int]]:
    """Runs of numbered lines; a new run begins at a number 1."""
    blocks: list[list[int]] = []
    strong = any(line and line.style != "bare" for line in numbered)
    for at, line in enumerate(numbered):
        if line is None or (strong and line.style == "bare"):
            continue
        if not blocks or line.number == 1:
            blocks.append([at, at + 1])
        else:
            blocks[-1][1] = at + 1
    return [(a, b) for a, b in blocks]


def _header(lines: list[str], result: Segments) -> None:
    in_example = False
    for line in lines:
        if _EXAMPLE.match(line):
            in_example = True
        elif not line.strip():
            in_example = False
        elif not in_example and not _RULER.match(line):
            result.header.append(line)


def _entries(lines: list[str], numbered: list[Line | None], start: int, result: Segments) -> None:
    style = next((n.style for n in numbered[start:] if n), ".")
    own = {n.number for n in numbered[start:] if n and n.style == style}
    expected, blank, example = _first_index(numbered, start), False, False
    rendered = False
    for at in range(start, len(lines)):
        line, shown = numbered[at], lines[at]
        if line is not None and _accepted(line, expected, style, own, blank):
            expected = line.number + 1
            said = shown[line.start :]
            rendered = _RENDERED.match(said) is not None
            example = not rendered and is_example(said)
            blank = False
            if example:
                continue
            result.note.clear()
            if rendered:
                result.entries.append(RawEntry(line.number, said))
                continue
            for index, text in _inline(line.number, said, own):
                result.entries.append(RawEntry(index, text))
                expected = index + 1
            continue
        if not shown.strip():
            blank = bool(result.entries)
            example = False
            continue
        if _RULER.match(shown):
            blank = bool(result.entries)
            continue
        if example or _heads_a_restart(lines, numbered, at, style):
            continue
        if blank or result.note or not result.entries or _FOOTER.match(shown) or rendered:
            result.note.append(shown)
        else:
            entry = result.entries[-1]
            entry.more = entry.more or []
            entry.more.append(shown)


def _inline(index: int, text: str, own: set[int]) -> Iterator[tuple[int, str]]:
    """“1. 红姐 1个 2. 绿姐 2个”: somebody forgot the line break before the next number."""
    begin = 0
    if index + 1 not in own and f" {index + 1}" in text:
        for cut in _NEXT_ON_THE_LINE.finditer(text):
            if int(cut[1]) == index + 1 and index + 1 not in own:
                yield index, text[begin : cut.start()]
                index, begin = index + 1, cut.end()
    yield index, text[begin:]


def _first_index(numbered: list[Line | None], start: int) -> int:
    return next((n.number for n in numbered[start:] if n), 1)


def _accepted(line: Line, expected: int, style: str, own: set[int], blank: bool) -> bool:
    """Does this numbered line begin an entry? Sub-lists, hours and weights inside one do not."""
    if line.number == expected:
        return line.style == style or line.number not in own
    if line.style != style or line.style == "bare":
        return False
    # A number twice, a gap, or a second round that begins at 1.
    return line.number == 1 or expected - 1 <= line.number <= expected + 60 or blank


def _heads_a_restart(lines: list[str], numbered: list[Line | None], at: int, style: str) -> bool:
    """“第二期” above a second line 1 heads a round; it belongs to no entry."""
    following = next((i for i in range(at + 1, min(at + 3, len(lines))) if lines[i].strip()), None)
    if following is None:
        return False
    line = numbered[following]
    return line is not None and line.number == 1 and line.style == style
