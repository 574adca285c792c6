"""A process of several that serve one shop over the broker: its worker, its web desk, or all parts at once.

Of several workers one leads: it takes what comes, keeps the timers, has messages sent. The others stand
by. Who does not lead decides commands of the desk himself, on the store, while the leader holds still.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from bot.accounts import account_of, open_channel
from bot.app import LOOK_SECONDS, App
from bot.broker import Envelope
from bot.broker.connection import Connection, NoAnswer, Unreachable
from bot.broker.lease import Lease
from bot.broker.nats import NatsBus
from bot.broker.subjects import token_of
from bot.channels import Channel
from bot.channels.remote import RemoteChannel, RemoteSimulator, follow
from bot.clock import stopwatch
from bot.config import Config, SimulatorChannel
from bot.gateway import Gateway
from bot.log import get_logger
from bot.roles import Role
from bot.schedule import Ticker
from bot.server import Check
from storage.catalogue_files import read_catalogue
from storage.locks import StoreLock

STILL_SECONDS = 2.0
"""So long the leader holds still for a command of another process, and that one waits for it."""
BREATH_SECONDS = 0.3
"""Between two words that the shop changed, and between two looks at it."""

log = get_logger("member")


class Member(App):
    """A process with the store. Its channels are held by gateways, one of which may be its own."""

    def __init__(self, config: Config, roles: frozenset[Role]) -> None:
        self.roles, self.shop_name = roles, config.shop.name
        self.connection = Connection(config.broker)
        self.bus = NatsBus(self.connection)
        super().__init__(config)
        self.lock = StoreLock(config.database, shared=True)
        self.lease = Lease(self.connection, f"worker.{token_of(self.shop_name)}")
        self.gateway = self._gateway() if Role.GATEWAY in roles else None
        self._me = uuid4().hex.encode()
        self._wrote, self._look_now = asyncio.Event(), asyncio.Event()
        self._stills: dict[bytes, asyncio.Event] = {}

    def _channel(self, index: int) -> Channel:
        settings = self.config.channels[index]
        simulated = isinstance(settings, SimulatorChannel)
        kind = RemoteSimulator if simulated else RemoteChannel
        return kind(self.connection, self.shop_name, account_of(settings, index), self.clock)

    def _gateway(self) -> Gateway:
        held = [
            open_channel(self.config, index, self.clock, self.pages)
            for index in range(len(self.config.channels))
        ]
        return Gateway(self.shop_name, held, self.connection, self.bus, self.clock, lambda _: None)

    # -- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the store and the pages; the rest begins when the broker is there."""
        self.config.data_dir.mkdir(parents=True, exist_ok=True)
        await self._check_port()
        if Role.WORKER in self.roles and self.config.catalogue is not None:
            await asyncio.to_thread(read_catalogue, self.config.catalogue)  # raises what is wrong with it
        await self._open()
        self.connection.start()
        self.worker.watchers.append(self._told)
        await self._show(await self._desk() if Role.WEB in self.roles else {})
        for channel in self.channels:
            self._spawn(channel.start(self._deliver))
        self._spawn(self.bus.stream())
        self._spawn(self._telling())
        self._spawn(self._looking())
        if self.gateway is not None:
            self.gateway.start()
        if Role.WORKER in self.roles:
            self._spawn(self.lease.hold(self._lead))
        self._tell_ready()

    async def stop(self) -> None:
        """Finish the send under way, give back the leases, keep what came in."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.gateway is not None:
            await self.gateway.stop()
        await super().stop()
        await self.bus.stop()
        await self.connection.stop()

    def _broker(self) -> Check:
        trouble = self.bus.trouble()
        leads = ", leading" if self.lease.held else ""
        return Check(ok=trouble is None, detail=trouble or f"nats{leads}")

    # -- leading ---------------------------------------------------------------------------------

    async def _lead(self) -> None:
        """Until cancelled; what was known of the shop may be old."""
        await self._look()
        await self.inbox.command("privacy.wake", {})
        await self._configure()
        self._catalogue_seen = None
        await self._catalogue()
        ends = [
            await self.connection.listen(self._subject("still"), self._hold_still),
            await self.connection.listen(self._subject("go"), self._go_on),
        ]
        ticker = Ticker()
        self.delivery.start(self.inbox)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._ticking(ticker))
                tasks.create_task(self.bus.run(self.shop_name, self._handle))
        finally:
            ticker.stop()
            await self.delivery.stop()
            for end in ends:
                await end()

    async def _handle(self, envelopes: Sequence[Envelope]) -> None:
        lost, failed = self.inbox.lost, None
        for one in envelopes:
            follow(self.clock, one.heard)
            try:
                await self._deliver(one.event)
            except Exception as error:  # what is wrong with one must hurt no other
                failed = error
        await self.inbox.settled()
        if failed is not None:
            raise failed
        if self.inbox.lost != lost:
            raise RuntimeError("an event could not be worked off")

    async def _tick(self) -> None:
        """Messages of an outage go before the timers that fell due after them (contract §9.6)."""
        if self.bus.trouble() is None and self.bus.waiting == 0:
            await super()._tick()

    # -- beside a leader -------------------------------------------------------------------------

    async def command(self, name: str, data: Any) -> Any:
        """What the desk wants done; on the store, if another process leads."""
        if self.lease.held:
            return await self.inbox.command(name, data)
        turn = uuid4().hex.encode()
        with suppress(Unreachable, NoAnswer):  # nobody leads, or he is busy: the shop's version decides
            await self.connection.ask(self._subject("still"), turn, STILL_SECONDS)
        try:
            return await self.inbox.command(name, data)
        finally:
            await self.connection.tell(self._subject("go"), turn)

    async def _hold_still(self, turn: bytes) -> bytes:
        over = self._stills[turn] = asyncio.Event()
        await self.inbox.gate.acquire()
        self._spawn(self._still(turn, over))
        return b"now"

    async def _still(self, turn: bytes, over: asyncio.Event) -> None:
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), STILL_SECONDS)
        finally:
            self.inbox.gate.release()
            self._stills.pop(turn, None)

    async def _go_on(self, turn: bytes) -> None:
        if turn in self._stills:
            self._stills[turn].set()

    # -- what others wrote -----------------------------------------------------------------------

    def _subject(self, what: str) -> str:
        return f"shop.{token_of(self.shop_name)}.{what}"

    def _told(self, _: Any) -> None:
        self._wrote.set()

    async def _telling(self) -> None:
        """Tell the other processes that the shop changed."""
        while True:
            await self._wrote.wait()
            self._wrote.clear()
            await self.connection.tell(self._subject("changed"), self._me)
            await asyncio.sleep(BREATH_SECONDS)

    async def _looking(self) -> None:
        """See what the others wrote, soon when they say so."""
        self._spawn(self._listening())
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), LOOK_SECONDS)
            self._look_now.clear()
            began = stopwatch()
            if self.lease.held or Role.WEB in self.roles:
                await self._look()
            # A big shop takes a while to read: most of the time is for what the process is there for.
            await asyncio.sleep(BREATH_SECONDS + 4 * (stopwatch() - began))

    async def _listening(self) -> None:
        async def heard(who: bytes) -> None:
            if who != self._me:
                self._look_now.set()

        await self.connection.listen(self._subject("changed"), heard)

    async def _look(self) -> None:
        before = self.worker.shop
        await self.inbox.look()
        await self.inbox.settled()
        shop = self.worker.shop
        if shop is before:
            return
        everything = {model: list(rows) for model, rows in shop.tables.items()}
        for watcher in self.worker.watchers:
            if watcher != self._told:
                watcher(everything)
