"""What every channel does alike: one suite, run on each of them (bot.channels says what)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from channel_drivers import BOT_NAME, NAMES, TOPIC, Driver, Heard, SimulatorDriver, WechatyDriver
from gateway.driver import Gateway

from bot.channels import (
    BOT,
    Echo,
    Event,
    Incoming,
    Joined,
    Left,
    NotSent,
    Outgoing,
    Recalled,
)

_rooms = iter(range(1_000))


@pytest.fixture(scope="module")
def started_gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Gateway]]:
    """Holds the gateway once a test has needed it."""
    started: list[Gateway] = []
    yield started
    for gateway in started:
        gateway.stop_now()


@pytest.fixture(params=["simulator", pytest.param("wechaty", marks=pytest.mark.gateway)])
async def driver(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    started_gateways: list[Gateway],
) -> Driver:
    if request.param == "simulator":
        return SimulatorDriver()
    if not started_gateways:
        gateway = Gateway(tmp_path_factory.mktemp("gateway"))
        gateway.start_now()
        started_gateways.append(gateway)
    wechaty = WechatyDriver(started_gateways[0], tmp_path, f"c{next(_rooms)}@chatroom")
    await wechaty.prepare()
    return wechaty


@pytest.fixture
async def heard(driver: Driver) -> AsyncIterator[Heard]:
    heard = Heard()
    await driver.channel.start(heard.take)
    try:
        await heard.until(lambda: driver.channel.state().logged_in)
        yield heard
    finally:
        await driver.channel.stop()


def _text(driver: Driver, text: str, **fields: object) -> Outgoing:
    return Outgoing(key="k", text=text, **{"room": driver.room, **fields})  # type: ignore[arg-type]


async def test_message_in_a_room(driver: Driver, heard: Heard) -> None:
    id = await driver.say("u1", "苹果多少钱")
    said = await heard.one(Incoming, id=id)
    assert (said.account, said.room, said.sender) == (driver.channel.account, driver.room, "u1")
    assert (said.text, said.kind, said.name) == ("苹果多少钱", "text", "小陈")
    assert (said.room_name, said.room_owner) == (TOPIC, "lead")
    assert (said.mentions, said.quote, said.raw) == ((), None, None)
    assert said.at.utcoffset() is not None


async def test_private_message(driver: Driver, heard: Heard) -> None:
    id = await driver.say("u1", "我的订单呢", private=True)
    said = await heard.one(Incoming, id=id)
    assert (said.room, said.sender, said.name) == (None, "u1", "小陈")
    assert (said.room_name, said.room_owner) == (None, None)


async def test_order(driver: Driver, heard: Heard) -> None:
    people = ("lead", "u1", "u2")
    for number in range(60):
        await driver.say(people[number % 3], f"第{number}条")
    await heard.until(lambda: len(heard.all(Incoming)) == 60)
    assert [said.text for said in heard.all(Incoming)] == [f"第{n}条" for n in range(60)]
    times = [said.at for said in heard.all(Incoming)]
    assert times == sorted(times)


async def test_redelivery_keeps_its_id(driver: Driver, heard: Heard) -> None:
    id = await driver.say("u1", "+1", id=f"{driver.room}-twice")
    assert await driver.say("u1", "+1", id=id) == id
    await heard.until(lambda: len(heard.all(Incoming, id=id)) == 2)
    first, second = heard.all(Incoming, id=id)
    assert (first.text, first.sender) == (second.text, second.sender)


async def test_bot_is_mentioned(driver: Driver, heard: Heard) -> None:
    by_id = await driver.say("u1", f"@{BOT_NAME}\u2005多少钱", mentions=[BOT])
    by_name = await driver.say("u1", f"@{BOT_NAME} 多少钱")
    not_at_all = await driver.say("u1", f"{BOT_NAME}多少钱")
    assert (await heard.one(Incoming, id=by_id)).mentions == (BOT,)
    assert (await heard.one(Incoming, id=by_name)).mentions == (BOT,)
    assert (await heard.one(Incoming, id=not_at_all)).mentions == ()


async def test_member_is_mentioned(driver: Driver, heard: Heard) -> None:
    id = await driver.say("u1", "@小美\u2005几点截止", mentions=["lead"])
    assert (await heard.one(Incoming, id=id)).mentions == ("lead",)


async def test_quote_of_a_member(driver: Driver, heard: Heard) -> None:
    first = await driver.say("u2", "A2 B1")
    await heard.one(Incoming, id=first)
    second = await driver.say("u1", "我也是", quotes=(first, "老王", "A2 B1"))
    said = await heard.one(Incoming, id=second)
    assert said.text == "我也是"
    assert said.quote is not None
    quote = said.quote
    assert (quote.id, quote.sender, quote.name, quote.text) == (first, "u2", "老王", "A2 B1")


async def test_quote_of_the_bot(driver: Driver, heard: Heard) -> None:
    first = await driver.channel.send(_text(driver, "要几份？"))
    assert first is not None
    await heard.one(Echo, id=first)
    second = await driver.say("u1", "两份", quotes=(first, BOT_NAME, "要几份？"))
    quote = (await heard.one(Incoming, id=second)).quote
    assert quote is not None
    assert (quote.id, quote.sender, quote.text) == (first, BOT, "要几份？")


async def test_picture(driver: Driver, heard: Heard) -> None:
    id = await driver.say("u1", "", kind="image")
    said = await heard.one(Incoming, id=id)
    assert (said.kind, said.text) == ("image", "")


async def test_recall(driver: Driver, heard: Heard) -> None:
    id = await driver.say("u1", "+1")
    await driver.recall("u1", id)
    recalled = await heard.one(Recalled, message=id)
    assert (recalled.account, recalled.room) == (driver.channel.account, driver.room)
    assert recalled.sender == "u1"
    assert recalled.at.utcoffset() is not None
    said = await heard.one(Incoming, id=id)
    assert heard.events.index(said) < heard.events.index(recalled)


@pytest.mark.parametrize("inviter", ["lead", None])
async def test_somebody_joins(driver: Driver, heard: Heard, inviter: str | None) -> None:
    await driver.join("n1", inviter)
    joined = await heard.one(Joined, room=driver.room)
    assert joined.members == {"n1": NAMES["n1"]}
    assert joined.inviter == inviter
    assert (joined.room_name, joined.room_owner) == (TOPIC, "lead")


async def test_somebody_leaves(driver: Driver, heard: Heard) -> None:
    await driver.leave("u1", None)
    left = await heard.one(Left, room=driver.room)
    assert (left.members, left.remover) == (("u1",), None)


async def test_the_bot_is_removed_and_comes_back(driver: Driver, heard: Heard) -> None:
    await driver.leave(BOT, "lead")
    left = await heard.one(Left, room=driver.room)
    assert (left.members, left.remover) == ((BOT,), "lead")
    await driver.join(BOT, "lead")
    joined = await heard.one(Joined, room=driver.room)
    assert list(joined.members) == [BOT]
    assert (joined.room_name, joined.room_owner, joined.inviter) == (TOPIC, "lead", "lead")


async def test_send_to_the_room(driver: Driver, heard: Heard) -> None:
    id = await driver.channel.send(_text(driver, "已登记\n小陈 1 份"))
    assert driver.sent(driver.room) == ["已登记\n小陈 1 份"]
    echo = await heard.one(Echo, id=id)
    assert (echo.account, echo.room, echo.to) == (driver.channel.account, driver.room, None)
    assert echo.text == "已登记\n小陈 1 份"


async def test_send_to_a_person(driver: Driver, heard: Heard) -> None:
    before = len(driver.sent("u1"))
    id = await driver.channel.send(_text(driver, "到货了", room=None, to="u1"))
    assert driver.sent("u1")[before:] == ["到货了"]
    echo = await heard.one(Echo, id=id)
    assert (echo.room, echo.to, echo.text) == (None, "u1", "到货了")


async def test_mentions_are_shown_once(driver: Driver, heard: Heard) -> None:
    mentions = {"u1": "小陈"}
    await driver.channel.send(_text(driver, "已登记", mentions=mentions))
    await driver.channel.send(_text(driver, "@小陈 已登记", mentions=mentions))
    first, second = driver.sent(driver.room)
    assert first == "@小陈\u2005已登记"
    assert second.count("@小陈") == 1
    await heard.until(lambda: len(heard.all(Echo)) == 2)
    assert all("已登记" in echo.text for echo in heard.all(Echo))


async def test_order_of_sending(driver: Driver, heard: Heard) -> None:
    texts = [f"第{number}条" for number in range(20)]
    for text in texts:
        await driver.channel.send(_text(driver, text))
    assert driver.sent(driver.room) == texts
    await heard.until(lambda: len(heard.all(Echo)) == 20)
    assert [echo.text for echo in heard.all(Echo)] == texts


async def test_who_can_be_written_to(driver: Driver, heard: Heard) -> None:
    assert await driver.channel.can_dm("u1")
    assert not await driver.channel.can_dm("u2")


async def test_answering_while_an_event_is_delivered(driver: Driver, heard: Heard) -> None:
    async def answer(event: Event) -> None:
        if isinstance(event, Incoming):
            await driver.channel.send(_text(driver, f"收到{event.text}"))

    heard.on_event = answer
    await driver.say("u1", "一")
    await driver.say("u1", "二")
    await heard.until(lambda: len(heard.all(Echo)) == 2)
    assert driver.sent(driver.room) == ["收到一", "收到二"]


async def test_one_event_at_a_time(driver: Driver, heard: Heard) -> None:
    inside = 0

    async def slow(_: Event) -> None:
        nonlocal inside
        inside += 1
        assert inside == 1
        await asyncio.sleep(0.01)
        inside -= 1

    heard.on_event = slow
    await asyncio.gather(*(driver.say("u1", f"第{number}条") for number in range(10)))
    await heard.until(lambda: len(heard.all(Incoming)) == 10 and inside == 0)


async def test_event_that_cannot_be_taken_ends_nothing(driver: Driver, heard: Heard) -> None:
    failed = False

    async def fail_once(event: Event) -> None:
        nonlocal failed
        if not failed:
            failed = True
            raise RuntimeError("the database is locked")

    heard.on_event = fail_once
    await driver.say("u1", "一")
    id = await driver.say("u1", "二")
    assert (await heard.one(Incoming, id=id)).text == "二"
    assert driver.channel.state().connected


async def test_account_is_known_before_it_starts_and_stays(driver: Driver) -> None:
    before = driver.channel.account
    assert before
    heard = Heard()
    for _ in range(2):
        await driver.channel.start(heard.take)
        await heard.until(lambda: driver.channel.state().logged_in)
        await driver.channel.stop()
        assert driver.channel.account == before


async def test_stopped(driver: Driver, heard: Heard) -> None:
    await driver.channel.stop()
    await driver.channel.stop()
    state = driver.channel.state()
    assert not state.connected
    assert state.detail
    with pytest.raises(NotSent):
        await driver.channel.send(_text(driver, "在吗"))
