"""An account held by another process: sending, doubt, pictures, beats, and who takes over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic_core import to_json

from bot.broker import Envelope
from bot.broker.connection import Connection
from bot.broker.nats import NatsBus
from bot.channels import (
    BOT,
    ChannelState,
    Deliver,
    Event,
    Incoming,
    Joined,
    NotSent,
    Outgoing,
    SendInDoubt,
)
from bot.channels.remote import REPLY, Question, RemoteChannel, RemoteSimulator, subject
from bot.channels.simulator import SimulatorChannel
from bot.clock import MovableClock
from bot.gateway import Gateway
from bot.images import sample_picture

if TYPE_CHECKING:
    from conftest import Nats

AT = datetime(2026, 5, 21, 10, tzinfo=UTC)
HELLO = Outgoing(key="k1", text="你好🍓", room="r1", mentions={"p": "阿珍"})


class Phone:
    """A chat account that does what it is told to."""

    account = "wechaty"

    def __init__(self) -> None:
        self.deliver: Deliver | None = None
        self.sent: list[Outgoing] = []
        self.fails: Exception | None = None
        self.logged_in = True
        self.hangs = False

    async def start(self, deliver: Deliver) -> None:
        self.deliver = deliver

    async def stop(self) -> None:
        self.deliver = None

    async def send(self, message: Outgoing) -> str | None:
        if self.fails is not None:
            raise self.fails
        self.sent.append(message)
        if self.hangs:
            await asyncio.Event().wait()
        return f"id-{message.key}"

    async def can_dm(self, person: str) -> bool:
        return person == "friend"

    async def picture(self, message: str) -> bytes | None:
        return sample_picture(message) if message == "m1" else None

    def state(self) -> ChannelState:
        return ChannelState(connected=True, logged_in=self.logged_in, detail="", login_url="https://login")


class Ends:
    """A gateway and a worker's view of its account, over one server."""

    def __init__(self, url: str) -> None:
        self.clock, self.phone = MovableClock(), Phone()
        self.heard: list[Event] = []
        self.near, self.far = Connection(url), Connection(url)
        self.bus = NatsBus(self.near)
        self.gateway = Gateway("果园", [self.phone], self.near, self.bus, self.clock, self.heard.append)
        self.remote = RemoteChannel(self.far, "果园", "wechaty", MovableClock())

    async def start(self) -> None:
        self.near.start()
        self.far.start()
        await self.remote.start(_nobody)
        self.gateway.start()

    async def stop(self) -> None:
        await self.gateway.stop()
        await self.remote.stop()
        await self.bus.stop()
        await self.near.stop()
        await self.far.stop()


async def _nobody(event: Event) -> None:
    raise AssertionError("events come by the bus")


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.02)


@pytest.fixture
async def ends(nats: "Nats") -> AsyncIterator[Ends]:
    both = Ends(nats.url)
    await both.start()
    await until(lambda: both.remote.state().connected)
    yield both
    await both.stop()


async def test_what_is_to_be_said_goes_out_and_its_id_comes_back(ends: Ends) -> None:
    assert await ends.remote.send(HELLO) == "id-k1"
    assert ends.phone.sent == [HELLO]
    assert (await ends.remote.can_dm("friend"), await ends.remote.can_dm("other")) == (True, False)


@pytest.mark.parametrize(
    ("fails", "seen"),
    [
        (NotSent("no such room"), NotSent),
        (SendInDoubt("timed out"), SendInDoubt),
        (ValueError("boom"), SendInDoubt),
    ],
)
async def test_how_a_send_failed_comes_back(ends: Ends, fails: Exception, seen: type[Exception]) -> None:
    ends.phone.fails = fails
    with pytest.raises(seen):
        await ends.remote.send(HELLO)


async def test_a_gateway_that_dies_while_it_sends_leaves_a_doubt(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.remote.SEND_SECONDS", 1.0)
    ends.phone.hangs = True
    sending = asyncio.create_task(ends.remote.send(HELLO))
    await until(lambda: bool(ends.phone.sent))
    await ends.near.stop()
    with pytest.raises(SendInDoubt):
        await sending


async def test_without_a_gateway_nothing_is_sent_and_that_is_certain(ends: Ends) -> None:
    await ends.gateway.stop()
    with pytest.raises(NotSent, match="nobody listens"):
        await ends.remote.send(HELLO)
    await until(lambda: not ends.remote.state().connected)
    assert ends.remote.state().detail == "no gateway holds this account"


async def test_without_a_broker_nothing_is_sent_and_that_is_certain(ends: Ends, nats: "Nats") -> None:
    nats.kill()
    await until(lambda: ends.far.trouble() is not None)
    with pytest.raises(NotSent, match="not connected"):
        await ends.remote.send(HELLO)
    nats.start()
    await until(lambda: ends.far.trouble() is None and ends.near.trouble() is None)
    await until(lambda: ends.remote.state().connected)
    assert await ends.remote.send(HELLO) == "id-k1"


async def test_a_question_that_was_long_on_its_way_is_refused(ends: Ends) -> None:
    old = to_json(Question("another life", 1, HELLO))
    data = await ends.far.ask(subject("果园", "wechaty", "send"), old, 5)
    assert (REPLY.validate_json(data).not_sent, ends.phone.sent) == ("it came too late", [])


async def test_a_logged_out_account_is_seen_with_its_login(ends: Ends) -> None:
    ends.phone.logged_in = False
    await until(lambda: not ends.remote.state().logged_in)
    assert ends.remote.state() == ends.phone.state()


async def test_pictures_come_as_clean_copies(ends: Ends) -> None:
    found = await ends.remote.picture("m1")
    assert found is not None
    assert found.startswith(b"\xff\xd8")
    assert await ends.remote.picture("m2") is None


async def test_what_is_said_goes_to_the_bus_under_its_own_name(ends: Ends) -> None:
    assert ends.phone.deliver is not None
    said = Incoming(account="wechaty", id="m1", room="r", sender="p", text="+1\ud83c", at=AT)
    came = Joined(account="wechaty", room="r", members={BOT: None}, at=AT)
    await ends.phone.deliver(said)
    await ends.phone.deliver(came)
    await ends.phone.deliver(came)  # a gateway that heard it again
    got: list[Envelope] = []

    async def handle(envelopes: Sequence[Envelope]) -> None:
        got.extend(envelopes)

    task = asyncio.create_task(ends.bus.run("果园", handle))
    await until(lambda: len(got) >= 2 and ends.bus.waiting == 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [one.event for one in got] == [replace(said, text="+1\ufffd"), came]
    assert got[0].key == "wechaty:m1"
    assert len(ends.heard) == 3


async def test_another_gateway_takes_over(ends: Ends, nats: "Nats") -> None:
    other = Ends(nats.url)
    await other.start()
    await asyncio.sleep(1)
    assert other.gateway.checks()["wechaty"].detail == "standing by for another gateway"
    assert other.phone.deliver is None
    await ends.gateway.stop()
    await until(lambda: other.phone.deliver is not None)
    await until(lambda: other.remote.state().connected)
    assert await other.remote.send(HELLO) == "id-k1"
    assert (len(other.phone.sent), ends.phone.sent) == (1, [])
    await other.stop()


async def test_the_simulators_clock_and_reasons_travel(nats: "Nats") -> None:
    connection, clock = Connection(nats.url), MovableClock()
    connection.start()
    simulator = SimulatorChannel(clock=clock)
    bus = NatsBus(connection)
    gateway = Gateway("果园", [simulator], connection, bus, clock, lambda _: None)
    here = MovableClock()
    remote = RemoteSimulator(connection, "果园", "simulator", here)
    await remote.start(_nobody)
    gateway.start()
    await until(lambda: remote.state().connected)
    simulator.move(timedelta(days=2))
    await until(lambda: here.offset > timedelta(days=1))
    message = await simulator.say("u-chen", "r-fruit", "+1")
    remote.explain(message, {"rule": "sign up", "at": AT})
    line = simulator.story.get(message)
    assert line is not None
    await until(lambda: bool(line.view().get("why")) or "sign up" in str(line))
    await gateway.stop()
    await remote.stop()
    await bus.stop()
    await connection.stop()
