"""What a gateway says happened, read so that nothing it may say can hurt.

The payloads are JSON that differs between puppets and versions: fields are missing, null or of
another type (wechaty's own parser dies of each).  Here every field has a value.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

KINDS = {
    1: "heartbeat",
    2: "message",
    3: "dong",
    4: "post",
    16: "error",
    17: "friendship",
    18: "room-invite",
    19: "room-join",
    20: "room-leave",
    21: "room-topic",
    22: "scan",
    23: "ready",
    24: "reset",
    25: "login",
    26: "logout",
    27: "dirty",
}
"""EventType of wechaty-grpc 1.5.2."""

MESSAGE, CONTACT, ROOM, ROOM_MEMBER, FRIENDSHIP = 1, 2, 3, 4, 5
"""PayloadType: what is dirty."""


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """One event; `kind` is "unknown" for types that are new."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self, *names: str) -> str:
        """The first of the fields that holds a text, else ""."""
        for name in names:
            value = self.data.get(name)
            if isinstance(value, str) and value:
                return value
        return ""

    def number(self, name: str) -> int:
        """The field as a whole number, else 0."""
        value = self.data.get(name)
        return int(value) if isinstance(value, int | float) and _finite(value) else 0

    def ids(self, *names: str) -> tuple[str, ...]:
        """The first of the fields that holds a list, its texts only."""
        for name in names:
            value = self.data.get(name)
            if isinstance(value, list):
                return tuple(item for item in value if isinstance(item, str) and item)
        return ()

    def at(self, fallback: datetime) -> datetime:
        """The event's own time."""
        return moment(self.data.get("timestamp"), fallback)


def parse(number: int, payload: str) -> GatewayEvent:
    """The event of a type number and its JSON; what is no JSON object counts as an empty one."""
    try:
        data = json.loads(payload or "{}")
    except (ValueError, RecursionError):
        data = {}
    return GatewayEvent(KINDS.get(int(number), "unknown"), data if isinstance(data, dict) else {})


def moment(value: object, fallback: datetime) -> datetime:
    """An aware time from seconds or milliseconds, as puppets use both; else the fallback.

    2001 in milliseconds is 5138 in seconds: nothing real lies on the wrong side of 10^11.
    """
    if not isinstance(value, int | float) or not _finite(value) or value <= 0:
        return fallback
    seconds = value / 1000 if value >= 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return fallback


def _finite(value: float) -> bool:
    return abs(value) < 1e18  # NaN and infinity, which JSON as Node writes it may hold, are not
