"""What 小团 does in a chat, one file a capability. This is all that such a file imports from here."""

import importlib
import pkgutil

from handlers._acks import acknowledge, drop_waiting
from handlers._chat import Ask, Chat, Message
from handlers._filters import (
    Filter,
    addressed,
    anything,
    fine,
    from_agent,
    from_leader,
    gate,
    in_agent_room,
    in_private,
    intent,
    kind,
    pending,
    says,
)
from handlers._router import Arrival, Departure, DueTimer, Recall, Router
from handlers._turn import Turn

__all__ = [
    "Arrival",
    "Ask",
    "Chat",
    "Departure",
    "DueTimer",
    "Filter",
    "Message",
    "Recall",
    "Router",
    "Turn",
    "acknowledge",
    "addressed",
    "anything",
    "capabilities",
    "drop_waiting",
    "fine",
    "from_agent",
    "from_leader",
    "gate",
    "in_agent_room",
    "in_private",
    "intent",
    "kind",
    "pending",
    "says",
]


def capabilities() -> list[Router]:
    """The router of every file here that is not private, in the order they are asked."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    public = [name for name in names if not name.startswith("_")]
    routers = [importlib.import_module(f"handlers.{name}").router for name in public]
    return sorted(routers, key=lambda router: (router.rank, router.name))
