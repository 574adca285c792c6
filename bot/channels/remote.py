"""A chat account that another process holds: asked over the broker, while its events come by the bus.

For the worker it is a channel like any other. The gateway says every second that it is there and how
its account is; each question names the last of these beats, so that one which was on its way for too
long is refused and cannot come after its asker has given it up.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from bot.broker.connection import Connection, End, NoAnswer, Unreachable
from bot.broker.subjects import token_of
from bot.channels import ChannelState, Deliver, NotSent, Outgoing, SendInDoubt
from bot.channels.world import World, sample_world
from bot.clock import Clock, MovableClock, stopwatch

BEAT_SECONDS = 1.0
GONE_SECONDS = 4.0
"""After so long without a beat nobody holds the account."""
SEND_SECONDS = 25.0
"""So long a send may take; within the lease of an outbox row (`bot.sending.LEASE`)."""
STALE_BEATS = 30
"""A question that names so old a beat is refused: its asker has long given up."""
ASK_SECONDS = 10.0
PICTURE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Beat:
    """A gateway holds the account. `life` is another after each start of it."""

    life: str
    number: int
    now: datetime
    state: ChannelState


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a gateway: a message to send, whether a person can be written to, a picture."""

    life: str
    beat: int
    message: Outgoing | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of it; at most one is set."""

    sent: str | None = None
    yes: bool = False
    not_sent: str | None = None
    doubt: str | None = None


BEAT: TypeAdapter[Beat] = TypeAdapter(Beat)
QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def subject(shop: str, account: str, what: str) -> str:
    """Where an account of a shop is asked: beat, send, dm, picture, explain."""
    return f"gate.{token_of(shop)}.{token_of(account)}.{what}"


class RemoteChannel:
    """An account of the shop, wherever it is held."""

    def __init__(self, connection: Connection, shop: str, account: str, clock: Clock) -> None:
        self.account = account
        self._connection, self._shop, self._clock = connection, shop, clock
        self._beat: Beat | None = None
        self._heard_at = 0.0
        self._end: End | None = None

    async def start(self, deliver: Deliver) -> None:
        """Listen for the gateway; what happens in the account is not heard here."""
        if self._end is None:
            self._end = await self._connection.listen(subject(self._shop, self.account, "beat"), self._heard)

    async def stop(self) -> None:
        """Listen no more; idempotent."""
        end, self._end = self._end, None
        if end is not None:
            await end()

    async def _heard(self, data: bytes) -> None:
        beat = BEAT.validate_json(data)
        last = self._beat
        if last is not None and last.life == beat.life and beat.number < last.number:
            return
        self._beat, self._heard_at = beat, stopwatch()
        follow(self._clock, beat.now)

    def state(self) -> ChannelState:
        """As the gateway said it last."""
        if self._beat is None or stopwatch() - self._heard_at > GONE_SECONDS:
            return ChannelState(connected=False, logged_in=False, detail="no gateway holds this account")
        return self._beat.state

    async def send(self, message: Outgoing) -> str | None:
        """Have the gateway send it. Raises NotSent or SendInDoubt."""
        try:
            data = await self._ask("send", SEND_SECONDS, message=message)
        except Unreachable as error:
            raise NotSent(f"gateway: {error}") from None
        except NoAnswer as error:
            raise SendInDoubt(f"gateway: {error}") from None
        reply = REPLY.validate_json(data)
        if reply.not_sent is not None:
            raise NotSent(reply.not_sent)
        if reply.doubt is not None:
            raise SendInDoubt(reply.doubt)
        return reply.sent

    async def can_dm(self, person: str) -> bool:
        """Whether the person can be written to. Raises Unreachable or NoAnswer."""
        return REPLY.validate_json(await self._ask("dm", ASK_SECONDS, about=person)).yes

    async def picture(self, message: str) -> bytes | None:
        """The picture of a message, if the account's channel has it."""
        return await self._ask("picture", PICTURE_SECONDS, about=message) or None

    async def _ask(self, what: str, seconds: float, **facts: Any) -> bytes:
        beat = self._beat
        if beat is None:
            raise Unreachable("no gateway holds this account")
        question = replace(Question(beat.life, beat.number), **facts)
        return await self._connection.ask(subject(self._shop, self.account, what), to_json(question), seconds)


class RemoteSimulator(RemoteChannel):
    """The simulator in another process: it shows why the bot spoke, and its people are known."""

    def __init__(self, connection: Connection, shop: str, account: str, clock: Clock) -> None:
        super().__init__(connection, shop, account, clock)
        self.world: World = sample_world()

    def explain(self, message_id: str, facts: dict[str, object]) -> None:
        """Tell the page why; lost when it is not there."""
        data = to_json([message_id, facts], fallback=str)
        self._connection.tell_soon(subject(self._shop, self.account, "explain"), data)


def follow(clock: Clock, other: datetime) -> None:
    """A simulator's people moved its clock; all processes go along."""
    if isinstance(clock, MovableClock) and other > clock.now():
        clock.advance_to(other)
