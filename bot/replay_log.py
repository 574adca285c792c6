"""The recorded chat that `replay` reads: JSON Lines to setup and events, errors with line and field."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ACCOUNT = "replay"
TYPES = ("message", "recall", "join", "leave", "clock", "restart", "setup")


class LogError(Exception):
    """A line of the log is not what it should be; str() is the one line for stderr."""

    def __init__(self, file: str, line: int, where: str, message: str) -> None:
        self.file, self.line, self.field, self.message = file, line, where, message
        place = f"{file}:{line}" if line else file
        super().__init__(": ".join(part for part in (place, where, message) if part))


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One line: its type, its time, its values, and where it stands."""

    type: str
    at: datetime
    values: Mapping[str, Any]
    line: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """A whole recorded chat."""

    path: Path
    setup: Mapping[str, Any]
    events: tuple[LogEvent, ...]
    digest: str = ""
    """Of the file's bytes: names the log in a database that it was played into."""


def read_log(path: Path) -> Log:
    """Read and check the whole file before anything happens. Raises LogError."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise LogError(str(path), 0, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LogError(str(path), 0, "", "expected UTF-8") from None
    setup: Mapping[str, Any] = {}
    events: list[LogEvent] = []
    for number, values in _lines(path, content):
        kind = values.get("type", "message")
        if kind == "setup":
            if events or setup:
                raise LogError(str(path), number, "type", "setup must be the first line")
            setup = _checked_setup(path, number, values)
        else:
            events.append(_event(path, number, kind, values))
    return Log(path, setup, tuple(events), hashlib.sha256(content.encode()).hexdigest())


def _lines(path: Path, content: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise LogError(str(path), number, "", f"not JSON: {error}") from None
        if not isinstance(values, dict):
            raise LogError(str(path), number, "", "expected a JSON object")
        yield number, values


def _event(path: Path, number: int, kind: object, values: dict[str, Any]) -> LogEvent:
    def need(name: str, expected: type | tuple[type, ...], what: str) -> Any:
        if not isinstance(values.get(name), expected):
            raise LogError(str(path), number, name, f"expected {what}")
        return values[name]

    if kind not in TYPES:
        raise LogError(str(path), number, "type", f"expected one of {', '.join(TYPES)}")
    at = _moment(path, number, "at", values.get("at"))
    until = None
    if kind == "message":
        need("sender", str, "the id of a person")
        _optional(path, number, values)
    elif kind == "recall":
        need("message", str, "the id of a message")
        need("sender", str, "the id of a person")
    elif kind in ("join", "leave"):
        need("room", str, "the id of a room")
        need("members", (list, dict), "a list of people's ids")
    elif kind == "restart" and values.get("until") is not None:
        until = _moment(path, number, "until", values["until"])
        if until < at:
            raise LogError(str(path), number, "until", "lies before `at`")
    return LogEvent(str(kind), at, values, number, until)


def _optional(path: Path, number: int, values: dict[str, Any]) -> None:
    texts = ("room", "id", "name", "quote", "kind", "raw", "transcript", "text")
    for name in texts:
        if values.get(name) is not None and not isinstance(values[name], str):
            raise LogError(str(path), number, name, "expected a text or null")
    mentions = values.get("mentions")
    if mentions is not None and not (
        isinstance(mentions, list) and all(isinstance(who, str) for who in mentions)
    ):
        raise LogError(str(path), number, "mentions", "expected a list of ids")


def _moment(path: Path, number: int, name: str, value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise LogError(str(path), number, name, "expected an RFC 3339 time with offset")
    return moment


def _checked_setup(path: Path, number: int, values: dict[str, Any]) -> Mapping[str, Any]:
    shapes: dict[str, tuple[type, str]] = {
        "shop": (str, "the shop's name"),
        "timezone": (str, "a time zone"),
        "catalogue": (str, "a file name"),
        "facts": (dict, "texts by name"),
        "rooms": (list, "a list of rooms"),
        "agents": (list, "a list of agents"),
        "agent_room": (str, "the id of a room"),
        "config": (dict, "settings as in config.yaml"),
    }
    for name, value in values.items():
        if name == "type" or value is None:
            continue
        if name not in shapes:
            raise LogError(str(path), number, name, f"unknown; known are {', '.join(shapes)}")
        if not isinstance(value, shapes[name][0]):
            raise LogError(str(path), number, name, f"expected {shapes[name][1]}")
    for what, told in _nested(values):
        raise LogError(str(path), number, what, told)
    return values


def _nested(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong inside the setup: the field, and what was expected there."""
    for name, value in (values.get("facts") or {}).items():
        if not isinstance(value, str | int | float):
            yield f"facts.{name}", "expected a text"
    for index, room in enumerate(values.get("rooms") or []):
        yield from _wrong(room, f"rooms[{index}]", _ROOM)
    for index, agent in enumerate(values.get("agents") or []):
        yield from _wrong(agent, f"agents[{index}]", _AGENT)


def _wrong(found: object, where: str, shape: "_Shape") -> Iterator[tuple[str, str]]:
    if not isinstance(found, dict):
        yield where, "expected a JSON object"
        return
    for name, (fits, needed, told) in shape.items():
        value = found.get(name)
        if value is None and not needed:
            continue
        if not fits(value):
            yield f"{where}.{name}", f"expected {told}"


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _names(value: object) -> bool:
    return isinstance(value, dict) and all(name is None or isinstance(name, str) for name in value.values())


_Shape = Mapping[str, tuple[Callable[[object], bool], bool, str]]
_ROOM: _Shape = {
    "room": (_text, True, "the id of a room"),
    "name": (_text, False, "a text"),
    "owner": (_text, False, "the id of a person"),
    "leaders": (_texts, False, "a list of people's ids"),
    "members": (_names, False, "names by people's ids"),
}
_AGENT: _Shape = {"id": (_text, True, "a person's id"), "name": (_text, False, "a text")}
