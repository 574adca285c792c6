"""The bus of many processes: NATS JetStream. It carries; the record is the database.

Subjects are `msg.{partition}.{shop}`. Each shop has one durable pull consumer that lets a single message
be in flight (`max_ack_pending=1`), so the server keeps a shop's order, any worker may take what comes
next, and nobody owns anything that would have to be handed over when a worker dies.
"""

import asyncio
import hashlib
from collections import deque
from contextlib import suppress

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import BadRequestError, NotFoundError

from bot.broker import Envelope, Handle, Unhandled
from bot.broker.connection import AGAIN_SECONDS, Connection
from bot.broker.subjects import DEAD, STREAM, partition_of, subject_of, token_of
from bot.broker.wire import packed, unpacked
from bot.log import get_logger

TOGETHER = 128
"""Envelopes of a shop that travel as one message at most, so that no round trip limits a hot shop."""
LARGEST = 512 * 1024
"""Bytes of one message, well below what a server takes (1 MB); a larger single envelope goes alone."""
DELIVERIES = 8
"""So often a message is handed out before it is put aside (`dead.{partition}.{shop}`)."""
ACK_WAIT_SECONDS = 6.0
"""How long a shop waits for a worker that died; one that lives says so in between."""
PULL_SECONDS = 3.0
"""A pull that a restarted server has forgotten is asked for again after so long."""
DUPLICATES_SECONDS = 600.0
KEEP_SECONDS = 24 * 3600.0
MOST_BYTES = 2 * 1024**3
"""A full stream refuses, and the gateways wait."""

log = get_logger("broker")


class NatsBus:
    """Publishes and handles over a connection; whatever happens to it, goes on when it is back."""

    def __init__(self, connection: Connection, *, ack_wait: float = ACK_WAIT_SECONDS) -> None:
        self.connection, self._ack_wait = connection, ack_wait
        self._stream: JetStreamContext | None = None
        self._preparing = asyncio.Lock()
        self._senders: dict[str, _Sender] = {}
        self.waiting: int | None = None
        """Messages that still wait for `run`; None when that is not known."""
        self.problem: str | None = None
        """Why the broker, although it answers, does not carry."""

    async def stream(self) -> JetStreamContext:
        """JetStream with the streams made; waits until there is one."""
        async with self._preparing:
            while self._stream is None:
                stream = await self.connection.stream()
                try:
                    for name in (STREAM, DEAD):
                        await _make(stream, name)
                except (NatsError, TimeoutError) as error:
                    self.refused(error)
                    await asyncio.sleep(AGAIN_SECONDS)
                else:
                    self._stream, self.problem = stream, None
        return self._stream

    def trouble(self) -> str | None:
        """What keeps it from carrying, for readyz."""
        return self.connection.trouble() or self.problem

    def refused(self, error: Exception) -> None:
        """Told once a reason."""
        problem = f"the broker carries nothing: {' '.join(str(error).split()) or type(error).__name__}"
        if problem != self.problem:
            log.warning("the broker carries nothing, trying again", error=repr(error)[:200])
        self.problem = problem

    async def stop(self) -> None:
        """What was not acknowledged comes again to somebody else; the connection stays."""
        for sender in self._senders.values():
            await sender.stop()
        self._senders.clear()

    # -- gateways --------------------------------------------------------------------------------

    async def publish(self, envelope: Envelope) -> None:
        """Returns with the server's word that it is stored; tries until it has it. Keeps a shop's order."""
        sender = self._senders.get(envelope.shop)
        if sender is None:
            sender = self._senders[envelope.shop] = _Sender(self, envelope.shop)
        await sender.put(envelope)

    # -- workers ---------------------------------------------------------------------------------

    async def run(self, shop: str, handle: Handle) -> None:
        """Handle what comes for this shop until cancelled, one call at a time."""
        durable = _durable(shop)
        while True:
            self.waiting = None
            try:
                stream = await self.stream()
                await stream.add_consumer(STREAM, self._consumer(durable, shop))
                waiting = await stream.pull_subscribe_bind(consumer=durable, stream=STREAM)
                try:
                    await self._take(waiting, shop, handle)
                finally:
                    with suppress(NatsError):
                        await waiting.unsubscribe()
            except (NatsError, TimeoutError, ValueError) as error:
                log.warning("nothing to be had from the broker", shop=shop, error=repr(error)[:200])
                self._stream = None  # somebody may have removed the streams
                await asyncio.sleep(AGAIN_SECONDS)

    async def remove(self, shop: str) -> None:
        """Leave nothing of a shop at the broker."""
        stream = await self.stream()
        with suppress(NotFoundError):
            await stream.delete_consumer(STREAM, _durable(shop))
        await stream.purge_stream(STREAM, subject=subject_of(shop))

    def _consumer(self, durable: str, shop: str) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=durable,
            filter_subject=subject_of(shop),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=self._ack_wait,
            max_ack_pending=1,
        )

    async def _take(self, waiting: JetStreamContext.PullSubscription, shop: str, handle: Handle) -> None:
        while True:
            try:
                [message] = await waiting.fetch(1, timeout=PULL_SECONDS)
            except TimeoutError:
                known = await waiting.consumer_info()
                self.waiting = (known.num_pending or 0) + (known.num_ack_pending or 0)
                continue
            with suppress(NatsError, TimeoutError):  # a lost word is a message that comes again
                await self._one(message, shop, handle)
                self.waiting = message.metadata.num_pending

    async def _one(self, message: Msg, shop: str, handle: Handle) -> None:
        tries = message.metadata.num_delivered
        if tries > DELIVERIES:  # those who took it died of it
            await self._bury(message, shop, "nobody survived it")
            return
        alive = asyncio.create_task(self._alive(message))
        try:
            await handle(unpacked(shop, message.data))
        except Unhandled as error:
            await self._bury(message, shop, str(error))
        except Exception as error:
            log.exception("not handled", shop=shop, attempt=tries)
            if tries >= DELIVERIES:
                await self._bury(message, shop, repr(error)[:200])
            else:
                await message.nak(delay=AGAIN_SECONDS * tries)
        else:
            await message.ack_sync()
        finally:
            alive.cancel()

    async def _alive(self, message: Msg) -> None:
        """A long batch is not a dead worker."""
        while True:
            await asyncio.sleep(self._ack_wait / 3)
            with suppress(NatsError):
                await message.in_progress()

    async def _bury(self, message: Msg, shop: str, why: str) -> None:
        log.error("put aside", shop=shop, why=why)
        number = message.metadata.sequence.stream
        headers = {"Nats-Msg-Id": f"dead-{number}", "Why": why.replace("\n", " ")}
        await (await self.stream()).publish(subject_of(shop, DEAD), message.data, headers=headers)
        await message.term()


def _durable(shop: str) -> str:
    return f"p{partition_of(shop)}-{token_of(shop)}"


async def _make(stream: JetStreamContext, name: str) -> None:
    """The stream as this version wants it; one that is there already, with other limits, is left so."""
    wanted = StreamConfig(
        name=name,
        subjects=[f"{name.lower()}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=KEEP_SECONDS if name == STREAM else None,
        max_bytes=MOST_BYTES,
        duplicate_window=DUPLICATES_SECONDS,
    )
    try:
        await stream.add_stream(wanted)
    except BadRequestError:
        await stream.stream_info(name)


class _Sender:
    """One shop's way out: while one message is under way, the next ones gather."""

    def __init__(self, bus: NatsBus, shop: str) -> None:
        self._bus, self._shop = bus, shop
        self._waiting: deque[tuple[Envelope, asyncio.Future[None]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, envelope: Envelope) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((envelope, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send())
        await done

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for _, done in self._waiting:
            done.cancel()

    async def _send(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), TOGETHER)
            data = packed([self._waiting[i][0] for i in range(count)])
            while len(data) > LARGEST and count > 1:
                count //= 2
                data = packed([self._waiting[i][0] for i in range(count)])
            keys = "\n".join(self._waiting[i][0].key for i in range(count))
            await self._until_taken(data, keys)
            for _ in range(count):
                _, done = self._waiting.popleft()
                if not done.done():
                    done.set_result(None)

    async def _until_taken(self, data: bytes, keys: str) -> None:
        # The same group is the same message however often it is sent.
        headers = {"Nats-Msg-Id": hashlib.sha256(f"{self._shop}\n{keys}".encode()).hexdigest()}
        while True:
            stream = await self._bus.stream()
            try:
                await stream.publish(subject_of(self._shop), data, headers=headers)
                self._bus.problem = None
                return
            except MaxPayloadError:
                log.error("larger than the broker takes, left out", shop=self._shop, size=len(data))
                return
            except (NatsError, TimeoutError) as error:
                self._bus.refused(error)
                await asyncio.sleep(AGAIN_SECONDS)
