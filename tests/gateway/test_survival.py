"""The channel outlives everything that ends the stock client."""

import asyncio
import json
import socket
import time
from pathlib import Path

import pytest
from gateway.conftest import make_room
from gateway.driver import BOT_ID, Gateway
from gateway.ears import SOON, WATCHFUL, Ears, listening

from bot.channels import Incoming, NotSent, Outgoing

pytestmark = pytest.mark.gateway

ERROR, FRIENDSHIP, INVITE, JOIN, LEAVE, TOPIC, SCAN, READY = 16, 17, 18, 19, 20, 21, 22, 23

KILLERS = {
    "gerror": (ERROR, {"gerror": '{"name":"Error","message":"boom"}'}),
    "error without anything": (ERROR, {}),
    "error that is null": (ERROR, None),
    "join without timestamp": (JOIN, {"inviteeIdList": ["u1"], "inviterId": "lead"}),
    "join of nulls": (JOIN, {"inviteeIdList": None, "inviterId": None, "roomId": None}),
    "leave without anything": (LEAVE, {}),
    "topic without anything": (TOPIC, {"roomId": None}),
    "scan of a new status": (SCAN, {"status": 99, "qrcode": ""}),
    "scan of a text status": (SCAN, {"status": "waiting"}),
    "invitation without id": (INVITE, {}),
    "friendship without id": (FRIENDSHIP, {}),
    "friendship that nobody knows": (FRIENDSHIP, {"friendshipId": "nobody"}),
    "heartbeat without data": (1, {}),
    "dong without data": (3, {}),
    "message without id": (2, {}),
    "message with a number": (2, {"messageId": 7}),
    "ready of a new shape": (READY, {"data": {"deep": [1]}, "more": 1}),
    "reset": (24, {"data": "reset"}),
    "login of nobody": (25, {}),
    "post": (4, {"postId": "p"}),
    "dirty of a new type": (27, {"payloadType": 77, "payloadId": "x"}),
    "dirty without anything": (27, {}),
    "a new type": (200, {"a": 1}),
    "no type": (0, {}),
}


@pytest.mark.parametrize("killer", KILLERS, ids=lambda name: name.replace(" ", "-"))
async def test_event_does_not_end_the_channel(killer: str, gateway: Gateway, room: str, ears: Ears) -> None:
    type, payload = KILLERS[killer]
    await gateway.raw(type, json.dumps(payload))
    id = await gateway.say(room, "u1", "还在吗")
    heard = await ears.heard(Incoming, id=id)
    assert heard.text == "还在吗"
    assert ears.channel.state().logged_in


@pytest.mark.parametrize("payload", ["", "no json", "[1, 2]", "NaN", '{"timestamp": NaN}', "{"])
async def test_payload_that_is_no_object(payload: str, gateway: Gateway, room: str, ears: Ears) -> None:
    for type in (2, ERROR, JOIN, SCAN, 25):
        await gateway.raw(type, payload)
    heard = await ears.heard(Incoming, id=await gateway.say(room, "u1", "还在吗"))
    assert heard.text == "还在吗"


async def test_errors_as_the_gateway_itself_sends_them(gateway: Gateway, room: str, ears: Ears) -> None:
    await gateway.emit("error", {"data": "network unreachable"})
    await gateway.emit("error", "a plain text")
    heard = await ears.heard(Incoming, id=await gateway.say(room, "u1", "还在吗"))
    assert heard.text == "还在吗"


async def test_somebody_else_stops_the_account(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path) as ears:
        await own_gateway.call("foreignStop")
        await ears.until(lambda: not ears.channel.state().logged_in)
        await ears.ready()
        await own_gateway.until_attached()
        heard = await ears.heard(Incoming, id=await own_gateway.say(room, "u1", "还在吗"))
        assert heard.text == "还在吗"


async def test_gateway_killed_and_back(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path, timing=type(SOON)()) as ears:  # as in production
        await own_gateway.kill()
        await ears.until(lambda: not ears.channel.state().connected)
        with pytest.raises(NotSent):
            await ears.channel.send(Outgoing(key="k", room=room, text="在"))
        await own_gateway.restart()
        back = time.monotonic()
        await ears.ready()
        heard = await ears.heard(Incoming, id=await own_gateway.say(room, "u1", "还在吗"))
        assert heard.text == "还在吗"
        await ears.channel.send(Outgoing(key="k", room=room, text="在"))
        assert time.monotonic() - back < 15
        assert own_gateway.sent(room) == ["在"]


async def test_gateway_restarted_in_place_keeps_the_account_running(
    own_gateway: Gateway, tmp_path: Path
) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path) as ears:
        await own_gateway.call("down")
        await ears.until(lambda: not ears.channel.state().connected)
        await own_gateway.call("up")
        await ears.ready()
        heard = await ears.heard(Incoming, id=await own_gateway.say(room, "u1", "还在吗"))
        assert heard.text == "还在吗"
        calls = (await own_gateway.state())["calls"]
        assert calls["start"] == 1
        assert "stop" not in calls


async def test_gateway_comes_later_than_the_bot(own_gateway: Gateway, tmp_path: Path) -> None:
    async with listening(own_gateway, tmp_path, ready=False) as ears:
        await ears.until(lambda: "nothing answers" in ears.channel.state().detail)
        assert not ears.channel.state().connected
        await own_gateway.start()
        room = await make_room(own_gateway)
        await ears.ready()
        await ears.heard(Incoming, id=await own_gateway.say(room, "u1", "早"))


async def test_gateway_that_freezes(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path, timing=WATCHFUL) as ears:
        own_gateway.freeze()
        try:
            await ears.until(lambda: not ears.channel.state().connected)
            assert "did not answer" in ears.channel.state().detail
        finally:
            own_gateway.thaw()
        await ears.ready()
        await own_gateway.until_attached()
        heard = await ears.heard(Incoming, id=await own_gateway.say(room, "u1", "还在吗"))
        assert heard.text == "还在吗"


async def test_stream_that_goes_deaf(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path, timing=WATCHFUL) as ears:
        await own_gateway.until_called("ding", 3)  # it answers dings
        await own_gateway.call("deaf", {"deaf": True})
        before = (await own_gateway.state())["attachments"]
        await ears.until(lambda: "deaf" in ears.channel.state().detail)
        await own_gateway.call("deaf", {"deaf": False})
        await ears.ready()
        heard = await ears.heard(Incoming, id=await own_gateway.say(room, "u1", "还在吗"))
        assert heard.text == "还在吗"
        assert (await own_gateway.state())["attachments"] > before


async def test_gateway_that_serves_another(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with (
        listening(own_gateway, tmp_path / "a") as first,
        listening(own_gateway, tmp_path / "b", ready=False) as second,
    ):
        await second.until(lambda: "another client" in second.channel.state().detail)
        await first.heard(Incoming, id=await own_gateway.say(room, "u1", "一"))
        await first.channel.stop()
        await second.ready()
        await second.heard(Incoming, id=await own_gateway.say(room, "u1", "二"))
        assert "stop" not in (await own_gateway.state())["calls"]


async def test_stream_of_a_dead_client_is_ended_once(own_gateway: Gateway, tmp_path: Path) -> None:
    await own_gateway.start()
    room = await make_room(own_gateway)
    impatient = type(SOON)(first_delay=0.05, longest_delay=0.3, taken_for=1.0, greeting=1.0)
    slow = type(SOON)(first_delay=20.0, longest_delay=20.0)
    async with (
        listening(own_gateway, tmp_path / "a", timing=slow),
        listening(own_gateway, tmp_path / "b", timing=impatient) as second,
    ):
        await second.heard(Incoming, id=await own_gateway.say(room, "u1", "二"))
        assert (await own_gateway.state())["calls"]["stop"] == 1


async def test_two_accounts_in_one_process(
    gateway: Gateway, own_gateway: Gateway, room: str, ears: Ears, tmp_path: Path
) -> None:
    await own_gateway.start()
    await own_gateway.add_room("other@chatroom", "别处", owner="x", members={"x": "甲"})
    async with listening(own_gateway, tmp_path / "b", name="second") as second:
        await second.heard(Incoming, id=await own_gateway.say("other@chatroom", "x", "在别处"))
        await ears.heard(Incoming, id=await gateway.say(room, "u1", "在这里"))
        assert {e.account for e in second.events} == {"second"}
        assert {e.account for e in ears.events} == {"wechaty"}


async def test_wrong_token(gateway: Gateway, tmp_path: Path) -> None:
    async with listening(gateway, tmp_path, ready=False, token="insecure_wrong") as ears:
        await ears.until(lambda: "refuses the token" in ears.channel.state().detail)
        assert not ears.channel.state().connected


async def test_port_5000_in_use(gateway: Gateway, room: str, tmp_path: Path) -> None:
    """wechaty looks at port 5000 on login and gives up when somebody is there."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 5000))
            taken.listen()
        except OSError:
            pass  # taken by another program: as good
        async with listening(gateway, tmp_path) as ears:
            account = ears.channel.wechaty
            assert account is not None
            await ears.until(lambda: getattr(account, "contact_id", None) == BOT_ID)


async def test_stop_twice_and_start_again(gateway: Gateway, room: str, tmp_path: Path) -> None:
    async with listening(gateway, tmp_path) as ears:
        await ears.channel.stop()
        await ears.channel.stop()
        assert not ears.channel.state().connected
        with pytest.raises(NotSent):
            await ears.channel.send(Outgoing(key="k", room=room, text="在"))
        await ears.channel.start(ears.take)
        await ears.ready()
        await ears.heard(Incoming, id=await gateway.say(room, "u1", "又来了"))


async def test_nothing_is_left_running(gateway: Gateway, tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with listening(gateway, tmp_path) as ears:
        await ears.ready()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
