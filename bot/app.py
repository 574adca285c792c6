"""The one place where everything is put together, started and stopped."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry

from bot import collector
from bot.accounts import clock_of, open_channel
from bot.binding import Binding
from bot.channels import Befriended, Channel, Event, RoomsKnown
from bot.clock import Clock
from bot.config import Config, SimulatorChannel
from bot.core import build_worker, settings_of, vault_of
from bot.delivery import Delivery
from bot.desk import open_desk
from bot.inbox import Inbox
from bot.log import get_logger
from bot.metrics import Metrics
from bot.outages import LOOK_EVERY, Outages
from bot.pictures import SWEEP_EVERY, Pictures
from bot.schedule import SECOND, Ticker
from bot.server import Check, Readiness, Runner, build_server, serve
from storage.catalogue_files import CatalogueError, read_catalogue
from storage.database import Database
from storage.ids import Ids
from storage.locks import StoreLock
from storage.migrate import upgrade
from storage.shop import ShopRow

WATCH_SECONDS = 5.0
"""How often the catalogue file is looked at."""
LOOK_SECONDS = 2.0
"""How soon the bot sees what another process (an import) wrote."""

log = get_logger("app")


class App:
    """A running 小团."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.clock: Clock = clock_of(config)
        self.database = Database(config.database)
        self.lock = StoreLock(config.database)
        self.pages: dict[str, web.Application] = {}
        self.channels = [self._channel(index) for index in range(len(config.channels))]
        self.delivery = Delivery(self.channels, self.clock)
        self.metrics = Metrics(CollectorRegistry(), lambda: self.delivery.sent, lambda: self.worker.shop)
        self.worker = build_worker(
            settings_of(config),
            self.database,
            self.delivery,
            ids=Ids(),
            started=self.clock.now(),
            default_account=self.channels[0].account if self.channels else "",
            vault=vault_of(config),
        )
        self.inbox = Inbox(self.worker, self.clock)
        self.pictures = Pictures(self.channels, self.inbox, self.clock, config.data_dir / "pictures")
        self.outages = Outages(self._far_away(), self.inbox, self.clock)
        self.ticker = Ticker()
        self.binding = Binding(config, {})
        self.runner: Runner | None = None
        self.first_sign_in: str | None = None
        """The path that makes the desk's first admin; None when there is one."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._catalogue_seen: float | None = None

    def _channel(self, index: int) -> Channel:
        return open_channel(self.config, index, self.clock, self.pages)

    def _far_away(self) -> list[Channel]:
        """The channels whose people go on talking while the bot does not hear them."""
        pairs = zip(self.channels, self.config.channels, strict=True)
        return [channel for channel, config in pairs if not isinstance(config, SimulatorChannel)]

    # -- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the store, listen, connect. Raises PortTaken, StorageError, CatalogueError."""
        self.config.data_dir.mkdir(parents=True, exist_ok=True)
        await self._check_port()
        await self._open()
        await self.inbox.command("privacy.wake", {})
        await self._configure()
        await self._catalogue(first=True)
        await self._show(await self._desk())
        self.delivery.start(self.inbox)
        for channel in self.channels:
            await channel.start(self._deliver)
        self._spawn(self._ticking(self.ticker))
        self._tell_ready()

    async def _open(self) -> None:
        self.lock.acquire()
        await upgrade(self.database)
        await self.worker.open()
        self.inbox.start()

    async def _desk(self) -> Mapping[str, web.Application]:
        desk, self.first_sign_in = await open_desk(self)
        return desk

    async def _show(self, pages: Mapping[str, web.Application]) -> None:
        self.pages |= pages
        collector.settle()
        server = build_server(state=self.readiness, metrics=self.metrics.registry, apps=self.pages)
        self.runner = await serve(server, self.config.http.host, self.config.http.port)

    async def _ticking(self, ticker: Ticker) -> None:
        ticker.every(SECOND, self._tick)
        ticker.every(LOOK_SECONDS, self.inbox.look)
        ticker.every(WATCH_SECONDS, self._catalogue)
        ticker.every(SECOND, self.pictures.look)
        ticker.every(SWEEP_EVERY, self.pictures.sweep)
        if self._far_away():
            ticker.every(LOOK_EVERY, self.outages.look)
        await ticker.start()

    def _tell_ready(self) -> None:
        assert self.runner is not None
        log.info("ready", url=self.runner.url, channels=[c.account for c in self.channels])

    async def stop(self) -> None:
        """Finish the send under way, stop receiving, keep what came in, give everything back."""
        for task in self._tasks:
            task.cancel()
        self.ticker.stop()
        await self.delivery.stop()
        for channel in self.channels:
            await channel.stop()
        await self.inbox.stop()
        if self.runner is not None:
            await self.runner.stop()
        await self.database.close()
        self.lock.release()

    async def _check_port(self) -> None:
        """Before anything is touched: somebody who starts 小团 twice has to hear of the port."""
        if self.config.http.port:
            probe = await serve(web.Application(), self.config.http.host, self.config.http.port)
            await probe.stop()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def command(self, name: str, data: Any) -> Any:
        """What the desk wants done; its result, or what it raised."""
        return await self.inbox.command(name, data)

    # -- what comes in ---------------------------------------------------------------------------

    async def _deliver(self, event: Event) -> None:
        if isinstance(event, RoomsKnown):
            for found in self.binding.among(event):
                await self.inbox.command("configure", found)
            return
        if isinstance(event, Befriended):
            await self.inbox.command("outbox.befriended", event.person)
            return
        bind = self.binding.of(event)
        if bind is not None:
            await self.inbox.command("configure", bind)
        self.metrics.heard(event)
        await self.inbox.deliver(event)

    async def _tick(self) -> None:
        timer = self.worker.shop.next_timer()
        if timer is not None and timer.due <= self.clock.now():
            await self.inbox.tick()

    async def _configure(self) -> None:
        row = self.worker.shop.rows(ShopRow).get(())
        self.binding = Binding(self.config, row.marks.get("bound", {}) if row else {})
        wanted = self.binding.at_start()
        for channel in self.channels:
            world = getattr(channel, "world", None)
            if world is not None:
                _add_simulated(wanted, world, channel.account)
        await self.inbox.command("configure", wanted)

    async def _catalogue(self, *, first: bool = False) -> None:
        """Load the catalogue file when it is new; a bad one changes nothing and is told."""
        path = self.config.catalogue
        if path is None:
            return
        changed = _changed_at(path)
        if changed == self._catalogue_seen and not first:
            return
        self._catalogue_seen = changed
        try:
            found = await asyncio.to_thread(read_catalogue, path)
        except CatalogueError as error:
            if first:
                raise
            log.warning("catalogue refused, the products stay as they are", problem=str(error))
            return
        for problem in found.problems:
            log.warning("catalogue row refused", file=str(path), problem=str(problem))
        await self.inbox.command("import_catalogue", found.products)

    # -- how it is -------------------------------------------------------------------------------

    async def readiness(self) -> Readiness:
        """Database, broker and channels, as readyz tells them."""
        trouble = self.worker.trouble
        if trouble is None:
            await self.database.run(lambda connection: connection.exec_driver_sql("SELECT 1"))
        channels = {}
        for channel in self.channels:
            state = channel.state()
            ok = state.connected and state.logged_in
            channels[channel.account] = Check(ok=ok, detail=state.detail)
        return Readiness(
            database=Check(ok=trouble is None, detail=trouble or ""),
            broker=self._broker(),
            channels=channels,
        )

    def _broker(self) -> Check:
        return Check(ok=True, detail="memory")


def _changed_at(path: Path) -> float | None:
    with suppress(OSError):
        return path.stat().st_mtime
    return None


def _add_simulated(wanted: dict[str, Any], world: Any, account: str) -> None:
    """The people of the simulator, as the configuration would name them."""
    names = {person.id: person.name for person in world.people}
    for room in world.rooms:
        if room.id != world.agent_room:
            wanted["rooms"][room.id] = {
                "name": room.name,
                "owner": room.owner,
                "leaders": [who for who in world.leaders if who in room.members],
                "members": {who: names[who] for who in room.members},
                "account": account,
            }
    wanted["agents"] = {**{who: names[who] for who in world.agents}, **wanted["agents"]}
    if wanted["agent_room"] is None:
        wanted |= {"agent_room": world.agent_room, "account": account}
