"""How WeChat writes things: kinds of messages, app XML, quotes, mentions, recalls. No I/O."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from bot.channels import Quote

KINDS = {
    1: "file",
    2: "voice",
    3: "contact",
    4: "chat_history",
    5: "sticker",
    6: "image",
    7: "text",
    8: "location",
    9: "mini_program",
    10: "group_note",
    11: "transfer",
    12: "red_envelope",
    13: "recalled",
    14: "link",
    15: "video",
    16: "post",
}
"""MessageType of npm wechaty-puppet 1.21 (not of the proto file, whose numbers nobody sends)."""

APP_KINDS = {
    "1": "text",
    "4": "link",
    "5": "link",
    "6": "file",
    "8": "sticker",
    "19": "chat_history",
    "33": "mini_program",
    "36": "mini_program",
    "53": "group_note",
    "57": "text",
    "2000": "transfer",
    "2001": "red_envelope",
}
"""`appmsg/type` of app messages; 53 is a 接龙 list, 57 a reply that quotes."""

WORDLESS = {"image", "voice", "video", "sticker", "contact", "location", "chat_history"}
"""Kinds whose text, where there is any, is markup."""

QUOTED_KINDS = {"3": "[图片]", "34": "[语音]", "43": "[视频]", "47": "[表情]", "49": "[链接]"}

_QUOTE = re.compile(
    r"「(?P<name>[^\n：:]{1,64})[：:](?P<text>.*)」[ \t]*\n(?:- ?){10,}[ \t]*\n?(?P<body>.*)",
    re.DOTALL,
)
_ENTITY = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SENDER_PREFIX = re.compile(r"[\w@.-]{1,80}:(?:<br/>)?\n")
_AT = re.compile(r"[@＠]")
_ENDS = "\u2005\u2006\u2009\u00a0\u3000"
"""What stands after a mentioned name: U+2005 from phones, others from clients and people."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as it is meant: `text` is what its writer wrote."""

    kind: str
    text: str
    quote: Quote | None = None
    raw: str | None = None
    recalled: str | None = None


def read(type: int, text: str, filename: str = "") -> Reading:
    """The reading of a payload's type number and text."""
    kind = KINDS.get(type, "unknown")
    if kind == "recalled":
        return Reading(kind, "", recalled=_recalled(text))
    # Never in a text: whoever types XML could put words, or list entries, into others' mouths.
    if kind != "text" and (xml := _xml(text)) is not None:
        return _app(kind, xml, filename)
    if kind in WORDLESS:
        return Reading(kind, "")
    if kind == "file":
        return Reading(kind, filename or text)
    if kind == "text" and (match := _QUOTE.fullmatch(text.strip())):
        quote = Quote(name=match["name"].strip(), text=match["text"])
        return Reading(kind, match["body"].strip(), quote=quote)
    return Reading(kind, text)


def _xml(text: str) -> str | None:
    """The XML in a text: some puppets leave the sender's id on a line before it."""
    body = _SENDER_PREFIX.sub("", text, count=1) if _SENDER_PREFIX.match(text) else text
    body = body.strip()
    return body if body.startswith(("<?xml", "<msg", "<sysmsg", "<appmsg")) else None


def _app(kind: str, xml: str, filename: str) -> Reading:
    root = _parsed(xml)
    app = None if root is None else root.find(".//appmsg") if root.tag != "appmsg" else root
    if app is None:
        if root is not None and (of := _revoked(root)):
            return Reading("recalled", "", raw=xml, recalled=of)
        return Reading(kind, filename, raw=xml)
    title = (app.findtext("title") or "").strip()
    of_app = (app.findtext("type") or "").strip()
    kind = APP_KINDS.get(of_app, kind)
    return Reading(kind, title or filename, quote=_referred(app), raw=xml)


def _parsed(xml: str) -> ElementTree.Element | None:
    """None for what does not parse, and for what defines entities: they can explode."""
    if _ENTITY.search(xml):
        return None
    try:
        return ElementTree.fromstring(xml)
    except ElementTree.ParseError:
        return None


def _referred(app: ElementTree.Element) -> Quote | None:
    """The quoted message of a reply (type 57)."""
    refer = app.find("refermsg")
    if refer is None:
        return None

    def field(name: str) -> str | None:
        return (refer.findtext(name) or "").strip() or None

    sender = field("chatusr") or field("fromusr")
    content = field("content")
    kind = field("type") or "1"
    if content and (xml := _xml(content)) is not None:
        inner = _parsed(xml)
        content = (inner is not None and inner.findtext(".//appmsg/title")) or None
    if kind in QUOTED_KINDS and not content:
        content = QUOTED_KINDS[kind]
    return Quote(
        id=field("svrid"),
        sender=sender if sender and not sender.endswith("@chatroom") else None,
        name=field("displayname"),
        text=content,
    )


def _recalled(text: str) -> str | None:
    """The id of the message that a recall notice takes back."""
    if (xml := _xml(text)) is not None:
        root = _parsed(xml)
        return None if root is None else _revoked(root)
    words = text.split()
    return words[0] if len(words) == 1 else None


def _revoked(root: ElementTree.Element) -> str | None:
    for name in ("newmsgid", "msgid"):
        if of := (root.findtext(f".//revokemsg/{name}") or "").strip():
            return of
    return None


def mentioned(
    text: str, ids: Iterable[str], names: Mapping[str, str], also: Mapping[str, str]
) -> tuple[str, ...]:
    """Who is mentioned: the ids that came along, then those whose name stands after an @.

    `names` (the bot's own) and `also` (other members') map a display name to an id.  The longest
    name wins, so that @小团长 is not 小团; one that U+2005 ends must be exactly a name.
    """
    found = dict.fromkeys(ids)
    everybody = {**also, **names}
    for at in _AT.finditer(text):
        id = _named(text[at.end() :], everybody)
        if id is not None:
            found.setdefault(id)
    return tuple(found)


def _named(rest: str, everybody: Mapping[str, str]) -> str | None:
    line = _AT.split(rest.split("\n", 1)[0], maxsplit=1)[0]
    if "\u2005" in line:
        return everybody.get(line.split("\u2005", 1)[0].strip(_ENDS + " "))
    line = line.lstrip()
    fitting = [name for name in everybody if name and line.startswith(name)]
    return everybody[max(fitting, key=len)] if fitting else None


def with_mentions(text: str, mentions: Mapping[str, str]) -> str:
    """The text with every mentioned name after an @ and before U+2005, as clients mark them."""
    missing = []
    for name in mentions.values():
        marked = f"@{name}\u2005"
        if f"@{name}" not in text:
            missing.append(marked)
        elif marked not in text:
            at = text.index(f"@{name}")
            text = text[:at] + marked + text[at + len(name) + 1 :].removeprefix(" ")
    return "".join(missing) + text


def without_mentions(text: str) -> str:
    """The text without the names that `with_mentions` put before it."""
    return re.sub(r"^(?:@[^@\u2005\n]{1,64}\u2005)+", "", text)
