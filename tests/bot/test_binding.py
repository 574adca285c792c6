"""Binding: a topic of the configuration finds its room once, if it is unique, and keeps it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.binding import Binding
from bot.channels import Incoming, Joined, RoomChanged
from bot.config import Config, config_from_mapping

NOW = datetime(2026, 5, 21, tzinfo=UTC)
WECHATY = {"type": "wechaty", "endpoint": "127.0.0.1:8788", "token": "t"}


def config(**more: Any) -> Config:
    data = {
        "channels": [WECHATY],
        "rooms": [{"match": {"topic": "果园一群"}, "leaders": ["lead"]}, {"match": {"id": "fixed"}}],
        "agents": [{"id": "agent", "name": "小周"}],
        "agent_room": {"topic": "售后群"},
        **more,
    }
    return config_from_mapping(data, Path(), "test")


def said(room: str | None, topic: str | None, sender: str = "u1") -> Incoming:
    return Incoming(account="wechaty", id="1", room=room, sender=sender, text="x", at=NOW, room_name=topic)


def test_rooms_by_id_are_known_from_the_start() -> None:
    start = Binding(config(), {}).at_start()
    assert start["rooms"] == {"fixed": {"leaders": [], "name": None}}
    assert (start["agents"], start["agent_room"], start["whole"]) == ({"agent": "小周"}, None, True)


def test_a_topic_binds_to_the_first_room_that_has_it_and_stays_there() -> None:
    binding = Binding(config(), {})
    bound = binding.of(said("r1", "果园一群"))
    assert bound is not None
    assert bound["rooms"]["r1"]["leaders"] == ["lead"]
    assert bound["bound"] == {"果园一群": "r1"}
    assert binding.of(said("r1", "果园一群")) is None
    assert binding.of(said("r2", "果园一群")) is None
    again = Binding(config(), bound["bound"])
    assert again.at_start()["rooms"]["r1"]["leaders"] == ["lead"]
    assert again.of(said("r2", "果园一群")) is None


def test_other_rooms_and_private_chats_bind_nothing() -> None:
    binding = Binding(config(), {})
    assert binding.of(said("r1", "别的群")) is None
    assert binding.of(said(None, "果园一群")) is None
    assert binding.of(said("r1", None)) is None


def test_a_topic_that_two_rooms_have_is_not_bound() -> None:
    binding = Binding(config(), {})
    assert binding.of(said("r1", "售后群")) is None
    changed = RoomChanged(account="wechaty", room="r9", at=NOW, room_name="果园一群", room_owner="o")
    first = binding.of(changed)
    assert first is not None
    assert first["rooms"]["r9"]["owner"] == "o"
    ambiguous = Binding(config(agent_room={"topic": "售后群"}), {})
    ambiguous._seen["果园一群"] = {"r1"}
    assert ambiguous.of(said("r2", "果园一群")) is None


def test_the_agents_room_binds_only_where_an_agent_is() -> None:
    binding = Binding(config(), {})
    assert binding.of(said("r1", "售后群")) is None
    bound = binding.of(said("r2", "售后群", sender="agent"))
    assert bound is not None
    assert (bound["agent_room"], bound["bound"]) == ("r2", {"desk:售后群": "r2"})
    assert Binding(config(), bound["bound"]).at_start()["agent_room"] == "r2"
    joined = Joined(account="wechaty", room="r3", members={"agent": None}, at=NOW, room_name="售后群")
    assert Binding(config(), {}).of(joined) is not None


def test_with_two_accounts_a_room_waits_to_hear_which_is_in_it() -> None:
    start = Binding(config(channels=[WECHATY, WECHATY]), {}).at_start()
    assert start["rooms"]["fixed"]["account"] == ""
