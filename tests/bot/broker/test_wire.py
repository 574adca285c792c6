"""Every kind of event survives its way as bytes."""

from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest

from bot.broker import Envelope
from bot.broker.wire import BadEnvelope, packed, unpacked
from bot.channels import (
    Befriended,
    Echo,
    Event,
    Incoming,
    Joined,
    KnownRoom,
    Left,
    Quote,
    Recalled,
    RoomChanged,
    RoomsKnown,
)

AT = datetime(2026, 5, 21, 10, 0, 0, 123456, timezone(timedelta(hours=8)))
EVENTS: list[Event] = [
    Incoming(
        account="a",
        id="1",
        room=None,
        sender="p",
        text="要2份🍑\n",
        at=AT,
        mentions=("bot", "q"),
        quote=Quote(id="0", text="引"),
        kind="voice",
        transcript="两份",
    ),
    Recalled(account="a", room="r", message="1", sender="p", at=AT),
    Joined(account="a", room="r", members={"p": "阿珍", "q": None}, at=AT),
    Left(account="a", room="r", members=("p", "q"), at=AT, remover="q"),
    RoomChanged(account="a", room="r", at=AT, room_name="新名"),
    Echo(account="a", id="2", room="r", to=None, text="好", at=AT),
    Befriended(account="a", person="p", at=AT),
    RoomsKnown(account="a", at=AT, rooms=(KnownRoom(id="r", name=None, owner="o", members=frozenset("pq")),)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_went(event: Event) -> None:
    one = Envelope("店", "a:1", AT, event)
    assert unpacked("店", packed([one, one])) == [one, one]


def test_every_kind_has_a_way_in_both_directions() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize(
    "data", [b"", b"7", b"[1]", b'[["k","2026","Nothing",{}]]', b'[["k","x","Echo",{}]]']
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(BadEnvelope):
        unpacked("店", data)
