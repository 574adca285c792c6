"""The simulator as a channel: what people do reaches the bot, what the bot says is seen."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.channels import BOT, Echo, Event, Incoming, Joined, Left, NotSent, Outgoing, Recalled
from bot.channels.cast import Impossible
from bot.channels.handover import Stopped
from bot.channels.simulator import SimulatorChannel
from bot.channels.story import Line, Story
from bot.channels.world import Person, Room, World
from bot.clock import MovableClock

WORLD = World(
    people=(
        Person(id="u1", name="小陈"),
        Person(id="u2", name="小陈妈妈"),
        Person(id="lead", name="小美"),
        Person(id="far", name="路人", friend=False),
    ),
    rooms=(
        Room(id="r1", name="一群", owner="lead", members=("u1", "u2", "lead")),
        Room(id="r2", name="二群", owner="lead", members=("lead",)),
    ),
    leaders=("lead",),
    agents=(),
    chatter=(("早", "早啊", "吃了吗", "吃了"),),
)


class Bot:
    """Takes what the channel delivers."""

    def __init__(self) -> None:
        self.taken: list[Event] = []

    async def deliver(self, event: Event) -> None:
        self.taken.append(event)

    @property
    def heard(self) -> list[Incoming]:
        return [event for event in self.taken if isinstance(event, Incoming)]


@pytest.fixture
def bot():
    return Bot()


@pytest.fixture
async def channel(bot):
    channel = SimulatorChannel(clock=MovableClock(), world=WORLD)
    await channel.start(bot.deliver)
    yield channel
    await channel.stop()


async def test_what_a_member_says_reaches_the_bot(channel, bot):
    id = await channel.say("u1", "r1", "草莓甜吗")

    [heard] = bot.heard
    assert (heard.id, heard.account, heard.room, heard.sender) == (id, "simulator", "r1", "u1")
    assert (heard.text, heard.name, heard.kind) == ("草莓甜吗", "小陈", "text")
    assert (heard.room_name, heard.room_owner) == ("一群", "lead")
    assert heard.at.tzinfo is not None


async def test_a_private_chat_has_no_room(channel, bot):
    await channel.say("u1", None, "我的单")

    assert bot.heard[0].room is None
    assert bot.heard[0].room_name is None
    assert channel.story.last.person == "u1"


async def test_of_two_names_the_longer_one_is_mentioned(channel, bot):
    await channel.say("lead", "r1", "@小陈妈妈\u2005@小团 在吗")

    assert bot.heard[0].mentions == ("u2", BOT)


async def test_mentions_that_are_given_are_not_read_from_the_text(channel, bot):
    await channel.say("lead", "r1", "@小陈 在吗", mentions=(BOT,))

    assert bot.heard[0].mentions == (BOT,)


async def test_a_quote_carries_what_was_quoted(channel, bot):
    first = await channel.say("u2", "r1", "A2 B1")
    await channel.say("u1", "r1", "我也是", quote=first)
    await channel.say("u1", "r1", "这个呢", quote="long-forgotten")

    known, unknown = bot.heard[1].quote, bot.heard[2].quote
    assert (known.id, known.sender, known.name, known.text) == (first, "u2", "小陈妈妈", "A2 B1")
    assert (unknown.id, unknown.sender) == ("long-forgotten", None)


async def test_a_voice_message_has_its_words_in_the_transcript(channel, bot):
    await channel.say("u1", "r1", "来两箱", kind="voice")

    heard = bot.heard[0]
    assert (heard.kind, heard.text, heard.transcript) == ("voice", "", "来两箱")
    assert channel.story.last.text == "来两箱"


async def test_the_same_id_again_is_a_redelivery(channel, bot):
    await channel.say("u1", "r1", "+1", id="m1")
    await channel.say("u1", "r1", "+1", id="m1")

    assert [heard.id for heard in bot.heard] == ["m1", "m1"]
    assert len(channel.story.after(0)) == 1


async def test_only_own_messages_are_recalled_and_once(channel, bot):
    id = await channel.say("u1", "r1", "+1")
    with pytest.raises(Impossible, match="not_yours"):
        await channel.recall("u2", id)

    await channel.recall("u1", id)
    await channel.recall("u1", id)

    [recalled] = [event for event in bot.taken if isinstance(event, Recalled)]
    assert (recalled.room, recalled.message, recalled.sender) == ("r1", id, "u1")
    assert channel.story.get(id).recalled
    assert channel.story.get(id).text == ""


async def test_who_is_not_in_the_room_cannot_speak_there(channel, bot):
    with pytest.raises(Impossible, match="not_a_member"):
        await channel.say("u1", "r2", "大家好")
    with pytest.raises(Impossible, match="no_such_room"):
        await channel.say("u1", "r9", "大家好")
    with pytest.raises(Impossible, match="not_a_member"):
        await channel.say("nobody", None, "大家好")

    assert bot.taken == []
    assert channel.story.last is None


async def test_coming_and_going(channel, bot):
    await channel.join("r2", "u1", inviter="lead")
    await channel.say("u1", "r2", "大家好")
    await channel.leave("r2", "u1", remover="lead")
    with pytest.raises(Impossible, match="not_a_member"):
        await channel.say("u1", "r2", "还在吗")

    joined, _, left = bot.taken
    assert isinstance(joined, Joined)
    assert (joined.members, joined.inviter, joined.room_name) == ({"u1": "小陈"}, "lead", "二群")
    assert isinstance(left, Left)
    assert (left.members, left.remover) == (("u1",), "lead")


async def test_the_bot_is_seen_in_a_room_and_hears_its_echo(channel, bot):
    id = await channel.send(Outgoing(key="k", room="r1", text="记好了", mentions={"u1": "小陈"}))
    await channel.say("u1", "r1", "好")

    line = channel.story.get(id)
    assert (line.room, line.sender, line.text) == ("r1", BOT, "@小陈\u2005记好了")
    echo = bot.taken[0]
    assert isinstance(echo, Echo)
    assert (echo.id, echo.room, echo.to, echo.text) == (id, "r1", None, line.text)


async def test_a_name_that_the_text_holds_is_not_put_in_twice(channel):
    said = Outgoing(key="k", room="r1", text="好的 @小陈", mentions={"u1": "小陈"})
    id = await channel.send(said)

    assert channel.story.get(id).text == "好的 @小陈"


async def test_the_bot_writes_in_private_to_friends_only(channel):
    id = await channel.send(Outgoing(key="k", to="u1", text="您的地址？"))

    line = channel.story.get(id)
    assert (line.room, line.person) == (None, "u1")
    assert await channel.can_dm("u1")
    for stranger in ("far", "unknown"):
        assert not await channel.can_dm(stranger)
        with pytest.raises(NotSent):
            await channel.send(Outgoing(key="k", to=stranger, text="?"))
    with pytest.raises(NotSent):
        await channel.send(Outgoing(key="k", room="r9", text="?"))


async def test_events_are_delivered_one_after_the_other_in_order(channel, bot):
    running = 0

    async def slow(event: Event) -> None:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0)
        running -= 1
        await bot.deliver(event)

    await channel.stop()
    await channel.start(slow)
    ids = await asyncio.gather(*(channel.say("u1", "r1", f"{n}份") for n in range(20)))

    assert [heard.id for heard in bot.heard] == ids
    assert [heard.text for heard in bot.heard] == [f"{n}份" for n in range(20)]


async def test_the_bot_may_answer_while_it_is_being_told(channel, bot):
    async def answer(event: Event) -> None:
        await bot.deliver(event)
        if isinstance(event, Incoming):
            await channel.send(Outgoing(key="k", room=event.room, text="在"))

    await channel.stop()
    await channel.start(answer)
    async with asyncio.timeout(5):
        await channel.say("u1", "r1", "小团")
        await channel.say("u1", "r1", "小团")

    assert [type(event) for event in bot.taken[:3]] == [Incoming, Echo, Incoming]


async def test_a_bot_that_fails_on_one_message_gets_the_next(channel, bot):
    async def fragile(event: Event) -> None:
        if isinstance(event, Incoming) and event.text == "坏":
            raise OSError("disk full")
        await bot.deliver(event)

    await channel.stop()
    await channel.start(fragile)
    with pytest.raises(OSError, match="disk full"):
        await channel.say("u1", "r1", "坏")
    await channel.say("u1", "r1", "好")

    assert [heard.text for heard in bot.heard] == ["好"]


async def test_nothing_goes_through_a_stopped_channel(channel, bot):
    reached = asyncio.Event()

    async def never(_: Event) -> None:
        reached.set()
        await asyncio.Event().wait()

    assert channel.state().connected
    await channel.stop()
    await channel.start(never)
    first = asyncio.create_task(channel.say("u1", "r1", "一"))
    second = asyncio.create_task(channel.say("u1", "r1", "二"))
    await reached.wait()
    await channel.stop()
    await channel.stop()

    for waiting in (first, second):
        with pytest.raises(Stopped):
            await waiting
    assert not channel.state().connected
    with pytest.raises(NotSent):
        await channel.send(Outgoing(key="k", room="r1", text="?"))
    with pytest.raises(Impossible, match="stopped"):
        await channel.say("u1", "r1", "三")


async def test_the_conversation_outlives_a_restart(tmp_path: Path, bot):
    file = tmp_path / "simulator.jsonl"
    first = SimulatorChannel(clock=MovableClock(), world=WORLD, state_file=file)
    await first.start(bot.deliver)
    old = await first.say("u1", "r1", "+1")
    gone = await first.say("u1", "r1", "发错了")
    await first.recall("u1", gone)
    first.explain(old, {"intent": "join_group_buy"})
    first.move(timedelta(days=2))
    later = await first.send(Outgoing(key="k", room="r1", text="截单了"))
    end = first.clock.now()
    await first.stop()
    with file.open("a", encoding="utf-8") as out:
        out.write('{"id": "torn')

    second = SimulatorChannel(clock=MovableClock(), world=WORLD, state_file=file)
    await second.start(bot.deliver)
    new = await second.say("u1", "r1", "在吗")
    await second.stop()

    lines = second.story.after(0)
    assert [line.id for line in lines] == [old, gone, later, new]
    assert [line.text for line in lines] == ["+1", "", "截单了", "在吗"]
    assert lines[0].why == {"intent": "join_group_buy"}
    assert second.clock.now() >= end - timedelta(seconds=1)


async def test_a_history_that_cannot_be_written_stops_nobody(tmp_path: Path, bot):
    channel = SimulatorChannel(clock=MovableClock(), world=WORLD, state_file=tmp_path / "no" / "f")
    await channel.start(bot.deliver)
    await channel.say("u1", "r1", "+1")
    await channel.stop()

    assert len(bot.heard) == 1


def test_memory_is_bounded_in_the_file_too(tmp_path: Path):
    file = tmp_path / "simulator.jsonl"
    same = {"room": "r1", "person": None, "sender": "u1", "name": "小陈", "text": "+1", "at": ""}
    story = Story(file, remembered=3)
    for n in range(10):
        story.add(Line(**same, id=f"m{n}"))
    again = Story(file, remembered=3)

    assert [line.id for line in story.after(0)] == ["m7", "m8", "m9"]
    assert [line.id for line in again.after(0)] == ["m7", "m8", "m9"]
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3


async def test_why_is_told_for_answers_and_for_silence(channel):
    news: list[dict[str, object]] = []
    id = await channel.say("u1", "r1", "今天好热")
    unwatch = channel.watch(news.append)

    channel.explain(id, {"answered": False, "intent": "chitchat", "confidence": 0.9})
    channel.explain(id, {"rule": "没叫小团", "at": datetime(2026, 5, 1, tzinfo=UTC)})
    channel.explain("unknown", {"answered": True})
    unwatch()
    channel.explain(id, {"did": "nothing"})

    why = channel.story.get(id).why
    assert (why["answered"], why["rule"]) == (False, "没叫小团")
    assert why["at"] == "2026-05-01 00:00:00+00:00"
    assert len(news) == 2


async def test_neighbours_chat_for_a_while(channel, bot):
    talk = channel.chat("r1", pause=0)
    with pytest.raises(Impossible, match="already_chatting"):
        channel.chat("r1", pause=0)
    await talk

    assert [heard.text for heard in bot.heard] == ["早", "早啊", "吃了吗", "吃了"]
    assert {heard.sender for heard in bot.heard} == {"u1", "u2"}
    with pytest.raises(Impossible, match="nobody_there"):
        channel.chat("r2")


async def test_the_clock_is_moved_to_an_hour_of_the_shop(channel):
    channel.move_to(time(9), tomorrow=True)
    now = channel.clock.now()
    assert (now.hour, now.minute) == (1, 0)  # UTC, eight hours behind the shop

    channel.move_to(time(20))
    assert timedelta(hours=10, minutes=59) < channel.clock.now() - now < timedelta(hours=11.1)

    channel.move_to(time(20))
    assert channel.clock.now() - now > timedelta(hours=34)


def test_the_sample_world_holds_together():
    channel = SimulatorChannel(clock=MovableClock())
    scene = channel.scene()

    ids = {person["id"] for person in scene["people"]}
    assert all(set(room["members"]) <= ids for room in scene["rooms"])
    assert all(room["owner"] in room["members"] for room in scene["rooms"])
    rooms = {room["id"]: room for room in scene["rooms"]}
    assert all(person in rooms[room]["members"] for person, room in scene["panes"])
    assert {person["role"] for person in scene["people"]} == set(scene["chips"])
    assert all(len(talk) == 10 for talk in channel.world.chatter)
