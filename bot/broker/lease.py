"""A lease: what one process at a time does for all, and the next one when it dies.

It saves work and keeps the pace of an account. Nothing hangs on it for correctness: two holders for a
moment are told apart by the shop's version and by the keys of messages.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

from nats.errors import Error as NatsError
from nats.js.errors import BadRequestError, KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from bot.broker.connection import AGAIN_SECONDS, Connection
from bot.log import get_logger

BUCKET = "LEASE"
SECONDS = 6.0
"""So long after its holder's death a lease is free."""

log = get_logger("broker")


class Lease:
    """One name, held by one process."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self.name = connection, name
        self.holder = uuid4().hex.encode()
        self.held = False
        self._revision = 0

    async def hold(self, work: Callable[[], Awaitable[None]]) -> None:
        """Whenever the lease can be had, work for as long as it is held; until cancelled."""
        while True:
            bucket = await self._bucket()
            if not await self._taken(bucket):
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            self.held = True
            log.info("lease taken", name=self.name)
            try:
                await self._while_held(bucket, work)
            finally:
                self.held = False
                await asyncio.shield(self._give_back(bucket))

    async def _while_held(self, bucket: KeyValue, work: Callable[[], Awaitable[None]]) -> None:
        working = asyncio.ensure_future(work())
        keeping = asyncio.create_task(self._keep(bucket))
        try:
            await asyncio.wait((working, keeping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            keeping.cancel()
            working.cancel()
            await asyncio.gather(keeping, working, return_exceptions=True)
        if not working.cancelled() and working.exception() is not None:
            log.error("what was done under a lease failed", name=self.name, exc_info=working.exception())
            await asyncio.sleep(AGAIN_SECONDS)

    async def _bucket(self) -> KeyValue:
        while True:
            try:
                stream = await self._connection.stream()
                try:
                    return await stream.create_key_value(bucket=BUCKET, ttl=SECONDS)
                except BadRequestError:  # it is there, made by another version
                    return await stream.key_value(BUCKET)
            except (NatsError, TimeoutError) as error:
                log.warning("no leases to be had", error=repr(error)[:200])
                await asyncio.sleep(AGAIN_SECONDS)

    async def _taken(self, bucket: KeyValue) -> bool:
        try:
            self._revision = await bucket.create(self.name, self.holder)
        except KeyWrongLastSequenceError:
            return False
        except (NatsError, TimeoutError):
            return False
        return True

    async def _keep(self, bucket: KeyValue) -> None:
        """Renew; returns when somebody else has it. While nobody can be asked, nobody else can take it."""
        while True:
            await asyncio.sleep(SECONDS / 3)
            try:
                self._revision = await bucket.update(self.name, self.holder, last=self._revision)
            except KeyWrongLastSequenceError:
                if not await self._mine(bucket):
                    log.warning("lease lost", name=self.name)
                    return
            except (NatsError, TimeoutError):
                continue

    async def _mine(self, bucket: KeyValue) -> bool:
        """Whether it is ours after all: the word of a renewal was lost, or it ran out and is free."""
        try:
            entry = await bucket.get(self.name)
        except KeyNotFoundError:
            return await self._taken(bucket)
        except (NatsError, TimeoutError):
            return True
        self._revision = entry.revision or 0
        return bool(entry.value == self.holder)

    async def _give_back(self, bucket: KeyValue) -> None:
        with suppress(NatsError, TimeoutError):
            async with asyncio.timeout(1):
                entry = await bucket.get(self.name)
                if entry.value == self.holder:
                    await bucket.delete(self.name, last=entry.revision)
