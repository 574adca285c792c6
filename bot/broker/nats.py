"""The bus of many processes: NATS JetStream. It carries; the record is the database.

Subjects are `msg.{partition}.{shop}`. Each partition has one durable pull consumer that lets a single
message be in flight (`max_ack_pending=1`), so the server keeps a shop's order, any worker may take any
partition, and nobody owns anything that would have to be handed over when a worker dies.
"""

import asyncio
import base64
import hashlib
import zlib
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import Error as JetStreamError

from bot.broker import Envelope, Handle
from bot.broker.wire import BadEnvelope, packed, unpacked
from bot.log import get_logger

PARTITIONS = 64
"""Fixed for ever: another number needs an empty stream."""
STREAM, DEAD = "MSG", "DEAD"
TOGETHER = 128
"""Envelopes of a shop that travel as one message at most, so that no round trip limits a hot shop."""
DELIVERIES = 8
"""So often a message is handed out before it is put aside (`dead.{partition}.{shop}`)."""
ACK_WAIT_SECONDS = 10.0
"""How long a partition waits for a worker that died; one that lives says so in between."""
PULL_SECONDS = 20.0
CONNECT_SECONDS = 5.0
"""For the first connection; later ones are tried for ever."""
AGAIN_SECONDS = 0.5
DUPLICATES_SECONDS = 600.0
KEEP_SECONDS = 24 * 3600.0
MOST_BYTES = 2 * 1024**3
"""A full stream refuses, and the gateways wait."""

log = get_logger("broker")


def partition_of(shop: str) -> int:
    """The same in every process and every version."""
    return zlib.crc32(shop.encode()) % PARTITIONS


def subject_of(shop: str, stream: str = STREAM) -> str:
    """Where a shop's messages go. Names are free text, so they travel in base64url."""
    token = base64.urlsafe_b64encode(shop.encode()).decode().rstrip("=")
    return f"{stream.lower()}.{partition_of(shop)}.{token}"


def shop_of(subject: str) -> str:
    """The shop that a subject names."""
    token = subject.split(".")[2]
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()


class NatsBus:
    """Publishes and handles over one connection, which reconnects for ever."""

    def __init__(self, url: str, *, ack_wait: float = ACK_WAIT_SECONDS) -> None:
        self.url, self._ack_wait = url, ack_wait
        self._client: Client | None = None
        self._stream: JetStreamContext | None = None
        self._senders: dict[str, _Sender] = {}
        self._last = ""

    async def start(self) -> None:
        """Connect; streams and consumers are made by whoever is first. Raises ConnectionError."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._client = await nats.connect(
                    self.url, max_reconnect_attempts=-1, reconnect_time_wait=0.5, error_cb=self._told
                )
        except (NatsError, OSError, TimeoutError) as error:
            raise ConnectionError(f"broker {self.url}: {self._last or error or 'no answer'}") from error
        self._stream = self._client.jetstream()
        await self._prepare(self._stream)

    async def _prepare(self, stream: JetStreamContext) -> None:
        for name in (STREAM, DEAD):
            await stream.add_stream(
                StreamConfig(
                    name=name,
                    subjects=[f"{name.lower()}.>"],
                    storage=StorageType.FILE,
                    retention=RetentionPolicy.LIMITS,
                    discard=DiscardPolicy.NEW,
                    max_age=KEEP_SECONDS if name == STREAM else None,
                    max_bytes=MOST_BYTES,
                    duplicate_window=DUPLICATES_SECONDS,
                )
            )
        for partition in range(PARTITIONS):
            await stream.add_consumer(
                STREAM,
                ConsumerConfig(
                    durable_name=f"p{partition}",
                    filter_subject=f"{STREAM.lower()}.{partition}.>",
                    ack_policy=AckPolicy.EXPLICIT,
                    ack_wait=self._ack_wait,
                    max_ack_pending=1,
                ),
            )

    async def stop(self) -> None:
        """Close the connection; what was not acknowledged comes again to somebody else."""
        for sender in self._senders.values():
            await sender.stop()
        self._senders.clear()
        if self._client is not None:
            with suppress(NatsError):
                await self._client.close()
            self._client = self._stream = None

    def trouble(self) -> str | None:
        """Why nothing can be carried now."""
        connected = self._client is not None and self._client.is_connected
        return None if connected else "broker: not connected"

    async def _told(self, error: Exception) -> None:
        """A lost connection is told once a reason, not at every try."""
        why = repr(error)[:200]
        if why != self._last:
            log.warning("broker connection", error=why)
        self._last = why

    # -- gateways --------------------------------------------------------------------------------

    async def publish(self, envelope: Envelope) -> None:
        """Returns with the server's word that it is stored; tries until it has it."""
        assert self._stream is not None, "start() first"
        sender = self._senders.get(envelope.shop)
        if sender is None:
            sender = self._senders[envelope.shop] = _Sender(self._stream, envelope.shop)
        await sender.put(envelope)

    # -- workers ---------------------------------------------------------------------------------

    async def run(self, handle: Handle) -> None:
        """Take from every partition until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for partition in range(PARTITIONS):
                tasks.create_task(self._partition(partition, handle))

    async def _partition(self, partition: int, handle: Handle) -> None:
        assert self._stream is not None, "start() first"
        waiting = await self._stream.pull_subscribe_bind(consumer=f"p{partition}", stream=STREAM)
        while True:
            try:
                [message] = await waiting.fetch(1, timeout=PULL_SECONDS)
            except TimeoutError:
                continue
            except (NatsError, JetStreamError, ValueError) as error:
                log.warning("nothing to be had from the broker", partition=partition, error=repr(error)[:200])
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            with suppress(NatsError):  # a lost word is a message that comes again
                await self._one(message, handle)

    async def _one(self, message: Msg, handle: Handle) -> None:
        shop, tries = shop_of(message.subject), message.metadata.num_delivered
        if tries > DELIVERIES:  # those who took it died of it
            await self._bury(message, shop, "nobody survived it")
            return
        alive = asyncio.create_task(self._alive(message))
        try:
            await handle(shop, unpacked(shop, message.data))
        except BadEnvelope as error:
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
        assert self._stream is not None
        log.error("put aside", shop=shop, why=why)
        number = message.metadata.sequence.stream
        headers = {"Nats-Msg-Id": f"dead-{number}", "Why": why.replace("\n", " ")}
        await self._stream.publish(subject_of(shop, DEAD), message.data, headers=headers)
        await message.term()


class _Sender:
    """One shop's way out: while one message is under way, the next ones gather."""

    def __init__(self, stream: JetStreamContext, shop: str) -> None:
        self._stream, self._shop = stream, shop
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
            group = [self._waiting[i] for i in range(count)]
            await self._until_taken([envelope for envelope, _ in group])
            for _, done in group:
                self._waiting.popleft()
                if not done.done():
                    done.set_result(None)

    async def _until_taken(self, envelopes: Sequence[Envelope]) -> None:
        data = packed(envelopes)
        keys = "\n".join(one.key for one in envelopes)
        # The same group is the same message however often it is sent.
        headers = {"Nats-Msg-Id": hashlib.sha256(f"{self._shop}\n{keys}".encode()).hexdigest()}
        while True:
            try:
                await self._stream.publish(subject_of(self._shop), data, headers=headers)
                return
            except (NatsError, JetStreamError, TimeoutError) as error:
                log.warning("broker does not take messages, trying again", error=repr(error)[:200])
                await asyncio.sleep(AGAIN_SECONDS)
