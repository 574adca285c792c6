"""Delivery: in order, paced, retried, and not twice; over a channel that fails in every way there is."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.arrivals import Arrivals
from bot.channels import ChannelState, Deliver, Echo, NotSent, Outgoing, SendInDoubt
from bot.clock import VirtualClock
from bot.core import TENANT
from bot.delivery import Delivery
from bot.inbox import Inbox
from bot.sending import ECHO_WAIT, FRIEND_RETRY, FRIEND_WAIT, TOO_LATE, sending
from bot.worker import Worker
from handlers import Router, Turn
from handlers._dispatch import Dispatch
from storage.database import Database
from storage.errors import StaleShop
from storage.ids import Ids
from storage.outbox import ATTEMPTS, NotDelivered, OutboxRow, Sending, Urgency
from storage.people import LEADER, Person, Role, Room
from storage.rows import Journal, journal_of
from storage.settings import Settings
from storage.shop import Shop

START = datetime(2026, 5, 21, 2, tzinfo=UTC)
PACE = timedelta(seconds=3)
speaker = Router("speaker", rank=1)
heard: list[NotDelivered] = []


@speaker.command("say")
async def say(turn: Turn, data: Mapping[str, Any]) -> None:
    """Says what the test wants said."""
    urgency = data.get("urgency", Urgency.ANSWER)
    for text in data["texts"]:
        if data.get("to"):
            turn.say_to(data["to"], text, urgency=urgency)
        else:
            turn.say_in(data.get("room", "r1"), text, urgency=urgency)


@speaker.command("people")
async def people(turn: Turn, _: None) -> None:
    """Two rooms, a leader, and a buyer who was seen in one of them."""
    for room in ("r1", "r2"):
        turn.rows(Room).add(Room(tenant_id=TENANT, id=room, account="a", served=True))
    turn.rows(Role).add(Role(tenant_id=TENANT, room_id="r1", person_id="lead", role=LEADER))
    turn.rows(Person).add(Person(tenant_id=TENANT, id="u1", marks={"room": "r1"}))


@speaker.event(NotDelivered)
async def told(_: Turn, event: NotDelivered) -> None:
    """What was given up."""
    heard.append(event)


class Flaky:
    """A channel that does as it is told: each send takes the next of `outcomes`, then all go well."""

    def __init__(self, account: str = "a") -> None:
        self.account = account
        self.outcomes: list[Exception | float] = []
        self.sent: list[Outgoing] = []
        self.up, self.logged_in = True, True
        self.strangers: set[str] = set()

    async def start(self, deliver: Deliver) -> None:
        """Nothing comes from here by itself."""

    async def stop(self) -> None:
        self.up = False

    async def send(self, message: Outgoing) -> str | None:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, float):
            await asyncio.sleep(outcome)
        elif outcome is not None:
            raise outcome
        self.sent.append(message)
        return f"wx{len(self.sent)}"

    async def can_dm(self, person: str) -> bool:
        return person not in self.strangers

    def state(self) -> ChannelState:
        return ChannelState(connected=self.up, logged_in=self.logged_in)


class Watched(Delivery):
    """Counts how often a sender had nothing to do."""

    naps = 0

    async def sleep(self) -> None:
        self.naps += 1
        await super().sleep()


class Bot:
    """A process over a store: what stands behind the delivery is real."""

    def __init__(self, database: Database, *channels: Flaky) -> None:
        self.database, self.channels = database, channels
        self.channel = channels[0]
        self.clock = VirtualClock(START)

    async def start(self) -> None:
        self.delivery = Watched(self.channels, self.clock, poll=0.005)
        dispatch = Dispatch([sending, speaker])

        def open_shop() -> Shop:
            shop = Shop(TENANT, Settings(pace=PACE), self.database, Ids())
            shop.default_account = "a"
            return shop

        self.worker = Worker(open_shop, dispatch, Arrivals(), outlet=self.delivery, started=self.clock.now())
        await self.worker.open()
        self.inbox = Inbox(self.worker, self.clock)
        self.inbox.start()
        self.delivery.start(self.inbox)

    async def stop(self) -> None:
        await self.delivery.stop()
        await self.inbox.stop()

    async def die(self) -> None:
        """Without warning: nothing is finished, nothing is written."""
        for task in self.delivery._tasks:
            task.cancel()
        await asyncio.gather(*self.delivery._tasks, return_exceptions=True)
        await self.inbox.stop()

    async def says(self, *texts: str, **more: Any) -> None:
        await self.inbox.command("say", {"texts": texts, **more})

    async def passes(self, time: timedelta) -> None:
        """Time passes, and everything that can be sent is."""
        self.clock.move_to(self.clock.now() + time)
        await self.rest()

    async def rest(self) -> None:
        """Until the senders have found nothing to do, a few times."""
        enough = self.delivery.naps + 3 * len(self.channels)
        for _ in range(2000):
            if self.delivery.naps >= enough:
                return
            await asyncio.sleep(0.005)
        raise TimeoutError("the senders do not come to rest")

    def rows(self) -> list[OutboxRow]:
        return list(self.worker.shop.rows(OutboxRow))

    def texts(self, channel: Flaky | None = None) -> list[str]:
        return [message.text for message in (channel or self.channel).sent]

    async def stored(self, number: int) -> OutboxRow:
        (row,) = await self.worker.shop.query(OutboxRow, OutboxRow.table().c.number == number)
        return row


@pytest.fixture
async def bot(database: Database) -> AsyncIterator[Bot]:
    heard.clear()
    running = Bot(database, Flaky())
    await running.start()
    await running.inbox.command("people", None)
    yield running
    await running.stop()


pytestmark = pytest.mark.both_databases


async def test_messages_go_out_in_order_at_the_pace_of_the_account(bot: Bot) -> None:
    await bot.says("1", "2", room="r1")
    await bot.says("3", room="r2")
    await bot.rest()
    assert bot.texts() == ["1"]
    await bot.passes(PACE / 2)
    assert bot.texts() == ["1"]
    await bot.passes(PACE / 2)
    assert bot.texts() == ["1", "2"]
    await bot.passes(PACE)
    assert bot.texts() == ["1", "2", "3"]
    assert (await bot.stored(3)).sent_id == "wx3"
    assert bot.rows() == []


async def test_a_hand_off_goes_first(bot: Bot) -> None:
    await bot.says("1", "2", "3")
    await bot.says("有人不舒服！", room="r2", urgency=Urgency.HANDOFF)
    await bot.rest()
    await bot.passes(PACE)
    assert bot.texts()[:2] in (["1", "有人不舒服！"], ["有人不舒服！", "1"])


async def test_what_is_pressing_does_not_overtake_what_its_reader_was_told_before(bot: Bot) -> None:
    await bot.says("1", "2", "3")
    await bot.says("A101 已登记", to="u1")
    await bot.says("客服小周：您好", to="u1", urgency=Urgency.HANDOFF)
    for _ in range(5):
        await bot.passes(PACE)
    texts = bot.texts()
    assert texts.index("A101 已登记") < texts.index("客服小周：您好") < texts.index("3")


async def test_agents_read_everything_in_its_order(bot: Bot) -> None:
    bot.worker.shop.rows(Room)["r2"].is_agent_room = True
    await bot.says("1", "2")
    await bot.says("A101 已锁定给小周", room="r2")
    await bot.says("A101 老周：在吗", room="r2", urgency=Urgency.HANDOFF)
    await bot.says("A101 已完成", room="r2", urgency=Urgency.RESULT)
    for _ in range(5):
        await bot.passes(PACE)
    to_agents = [message.text for message in bot.channel.sent if message.room == "r2"]
    assert to_agents == ["A101 已锁定给小周", "A101 老周：在吗", "A101 已完成"]
    assert bot.texts()[-1] == "2"


async def test_a_number_told_in_private_is_not_kept(bot: Bot) -> None:
    await bot.says("A101 老周：手机 13812345678，门牌 5-301", to="u1")
    await bot.rest()
    assert bot.texts() == ["A101 老周：手机 13812345678，门牌 5-301"]
    assert (await bot.stored(1)).text == "A101 老周：手机 138****5678，门牌 5-3**"


async def test_accounts_do_not_wait_for_each_other(database: Database) -> None:
    bot = Bot(database, Flaky("a"), Flaky("b"))
    await bot.start()
    await bot.inbox.command("people", None)
    bot.worker.shop.rows(Room)["r2"].account = "b"
    bot.channels[0].up = False
    await bot.says("1")
    await bot.says("2", room="r2")
    await asyncio.sleep(0.1)
    assert (bot.texts(bot.channels[0]), bot.texts(bot.channels[1])) == ([], ["2"])
    await bot.stop()


async def test_what_was_not_sent_is_sent_later_and_its_room_waits_for_it(bot: Bot) -> None:
    bot.channel.outcomes = [NotSent("busy"), NotSent("busy")]
    await bot.says("1", "2")
    await bot.rest()
    await bot.says("other", room="r2")
    for _ in range(3):
        await bot.passes(PACE)
    assert bot.texts() == ["other"]
    await bot.passes(timedelta(seconds=10))
    await bot.passes(PACE)
    assert bot.texts() == ["other", "1", "2"]


async def test_a_message_nobody_takes_is_dead_in_the_end_and_blocks_nobody(bot: Bot) -> None:
    bot.channel.outcomes = [NotSent("this one never")] * ATTEMPTS
    await bot.says("1")
    for _ in range(3):
        await bot.passes(timedelta(minutes=10))
    bot.channel.outcomes, saved = [], bot.channel.outcomes
    await bot.says("2", room="r2")
    await bot.passes(timedelta(seconds=4))
    assert "2" in bot.texts()
    bot.channel.outcomes = saved
    for _ in range(ATTEMPTS):
        await bot.passes(timedelta(minutes=10))
    row = await bot.stored(1)
    if row.state != Sending.SENT:
        assert (row.state, row.problem) == (Sending.DEAD, "this one never")
        assert [event.idem_key for event in heard] == [row.idem_key]


async def test_a_gateway_that_is_gone_costs_no_attempt(bot: Bot) -> None:
    bot.channel.up = False
    await bot.says("1", "2")
    for _ in range(30):
        await bot.passes(timedelta(minutes=10))
    assert bot.texts() == []
    bot.channel.up, bot.channel.logged_in = True, False
    await bot.passes(timedelta(minutes=10))
    assert bot.texts() == []
    bot.channel.logged_in = True
    await bot.passes(PACE)
    await bot.passes(PACE)
    assert bot.texts() == ["1", "2"]


async def test_a_connection_lost_while_sending_costs_no_attempt(bot: Bot) -> None:
    class Cut(NotSent):
        pass

    async def cut(_: Outgoing) -> str | None:
        bot.channel.up = False
        raise Cut("connection lost")

    whole, bot.channel.send = bot.channel.send, cut  # type: ignore[method-assign]
    await bot.says("1")
    for _ in range(ATTEMPTS + 2):
        bot.channel.up = True
        await bot.passes(PACE)
    assert [row.attempts for row in bot.rows()] == [0]
    bot.channel.send, bot.channel.up = whole, True  # type: ignore[method-assign]
    await bot.passes(PACE)
    assert bot.texts() == ["1"]


async def echoed(bot: Bot, text: str, room: str | None = "r1", to: str | None = None) -> None:
    at = bot.clock.now()
    await bot.inbox.deliver(Echo(account="a", id="e1", room=room, to=to, text=text, at=at))
    await asyncio.sleep(0.03)


async def test_an_echo_settles_what_was_in_doubt(bot: Bot) -> None:
    bot.channel.outcomes = [SendInDoubt("no answer")]
    await bot.says("1")
    await bot.rest()
    await echoed(bot, "1")
    await bot.passes(ECHO_WAIT * 3)
    assert bot.texts() == []
    row = await bot.stored(1)
    assert (row.state, row.sent_id) == (Sending.SENT, "e1")


async def test_an_echo_in_another_place_settles_nothing(bot: Bot) -> None:
    bot.channel.outcomes = [SendInDoubt("no answer")]
    await bot.says("1", to="u1")
    await bot.rest()
    await echoed(bot, "1", room="r1")
    await echoed(bot, "1", room=None, to="u2")
    await bot.passes(ECHO_WAIT)
    await bot.passes(PACE)
    assert bot.texts() == ["1"]


@pytest.mark.parametrize("error", [SendInDoubt("no answer"), RuntimeError("a bug of the channel")])
async def test_without_an_echo_it_is_said_again(bot: Bot, error: Exception) -> None:
    bot.channel.outcomes = [error]
    await bot.says("1")
    await bot.passes(ECHO_WAIT / 2)
    assert bot.texts() == []
    await bot.passes(ECHO_WAIT)
    await bot.passes(PACE)
    assert bot.texts() == ["1"]


@pytest.mark.parametrize("urgency", [Urgency.ADVERT, Urgency.RESULT])
async def test_a_post_or_closing_notice_in_doubt_is_never_said_again(bot: Bot, urgency: str) -> None:
    bot.channel.outcomes = [SendInDoubt("no answer")]
    await bot.says("周末特惠：草莓买二送一，晚上八点开始，先到先得", urgency=urgency)
    await bot.passes(ECHO_WAIT)
    await bot.passes(ECHO_WAIT)
    await bot.passes(PACE)
    assert [(message.room, message.to) for message in bot.channel.sent] == [(None, "lead")]
    assert "周末特惠：草莓买二送一" in bot.texts()[0]
    assert [event.problem for event in heard] == ["in doubt, not repeated"]


async def test_an_echo_can_only_come_while_the_account_is_connected(bot: Bot) -> None:
    bot.channel.outcomes = [SendInDoubt("gateway killed")]
    await bot.says("1")
    await bot.rest()
    bot.channel.up = False
    await bot.passes(timedelta(minutes=5))
    bot.channel.up = True
    await bot.passes(timedelta(seconds=1))
    assert bot.texts() == []
    await echoed(bot, "1")
    await bot.passes(ECHO_WAIT * 2)
    assert bot.texts() == []


async def test_a_crash_in_the_middle_of_a_send_says_only_that_one_again(bot: Bot) -> None:
    bot.channel.outcomes = [60.0]
    await bot.says("1", "2")
    await asyncio.sleep(0.05)
    assert [row.state for row in bot.rows()] == [Sending.SENDING, Sending.PENDING]
    await bot.die()
    await bot.start()
    await bot.rest()
    assert [row.state for row in bot.rows()] == [Sending.IN_DOUBT, Sending.PENDING]
    for _ in range(5):
        await bot.passes(ECHO_WAIT)
    assert bot.texts() == ["1", "2"]


async def test_after_a_crash_the_echo_spares_the_repetition(bot: Bot) -> None:
    bot.channel.outcomes = [60.0]
    await bot.says("1", "2")
    await asyncio.sleep(0.05)
    await bot.die()
    await bot.start()
    await echoed(bot, "1")
    for _ in range(5):
        await bot.passes(ECHO_WAIT)
    assert bot.texts() == ["2"]


async def test_what_waited_over_a_restart_goes_on_at_the_same_pace(bot: Bot) -> None:
    await bot.says("1", "2", "3", "4")
    await bot.rest()
    await bot.stop()
    bot.clock.move_to(START + timedelta(hours=1))
    await bot.start()
    await bot.rest()
    assert bot.texts() == ["1", "2"]
    await bot.passes(PACE)
    assert bot.texts() == ["1", "2", "3"]
    await bot.passes(PACE)
    assert bot.texts() == ["1", "2", "3", "4"]


async def test_a_stop_lets_the_send_under_way_end(bot: Bot) -> None:
    bot.channel.outcomes = [0.2]
    await bot.says("1", "2")
    await asyncio.sleep(0.05)
    await bot.stop()
    assert bot.texts() == ["1"]
    assert (await bot.stored(1)).state == Sending.SENT
    assert (await bot.stored(2)).state == Sending.PENDING


async def test_who_is_no_friend_gets_it_when_he_has_become_one(bot: Bot) -> None:
    bot.channel.strangers = {"u1"}
    await bot.says("秘密一", "秘密二", to="u1")
    await bot.passes(PACE)
    await bot.passes(PACE)
    await bot.passes(PACE)
    assert bot.texts() == ["加我好友看详情"]
    assert (bot.channel.sent[0].room, list(bot.channel.sent[0].mentions)) == ("r1", ["u1"])
    for _ in range(3):
        await bot.passes(FRIEND_RETRY)
    assert bot.texts() == ["加我好友看详情"]
    bot.channel.strangers = set()
    for _ in range(3):
        await bot.passes(FRIEND_RETRY)
    assert bot.texts() == ["加我好友看详情", "秘密一", "秘密二"]


async def test_a_friend_who_never_comes_is_waited_for_72_hours(bot: Bot) -> None:
    bot.channel.strangers = {"u1"}
    await bot.says("秘密", to="u1")
    await bot.rest()
    await bot.passes(FRIEND_WAIT - timedelta(minutes=1))
    assert [row.state for row in bot.rows()] == [Sending.WAITING_FRIEND]
    await bot.passes(timedelta(minutes=5))
    assert (await bot.stored(1)).state == Sending.DEAD
    assert "秘密" not in bot.texts()


async def test_an_advert_that_is_too_late_is_not_sent_and_the_leader_is_told(bot: Bot) -> None:
    bot.channel.up = False
    await bot.says("今天中午特价", urgency=Urgency.ADVERT)
    await bot.says("答：39.9", urgency=Urgency.ANSWER)
    await bot.passes(TOO_LATE + timedelta(minutes=1))
    bot.channel.up = True
    for _ in range(3):
        await bot.passes(PACE)
    assert sorted((message.to or "", message.text[:4]) for message in bot.channel.sent) == [
        ("", "答：39"),
        ("lead", "有一条没"),
    ]
    assert [event.problem for event in heard] == ["too late"]


async def test_a_shop_that_was_read_again_in_between_sends_nothing_twice(bot: Bot) -> None:
    await bot.says("1", "2")
    for number in range(4):
        other = Shop(TENANT, Settings(), bot.database, Ids())
        with suppress(StaleShop):
            await other.open()
            with journal_of(Journal()) as journal:
                other.rows(Person).add(Person(tenant_id=TENANT, id=f"imported-{number}"))
            await other.keep(journal)
        await bot.inbox.look()
        await bot.passes(PACE)
    assert bot.texts() == ["1", "2"]
    assert any(row.id.startswith("imported") for row in bot.worker.shop.rows(Person))
