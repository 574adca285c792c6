"""A gateway as a process of its own: chat accounts and the broker, no store."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry

from bot.accounts import accounts_of, clock_of, open_channel
from bot.broker.connection import Connection
from bot.broker.nats import NatsBus
from bot.config import Config
from bot.gateway import Gateway
from bot.log import get_logger
from bot.metrics import Metrics
from bot.server import Check, Pages, Readiness, Runner, build_server, serve

log = get_logger("outpost")


class Outpost:
    """Holds the accounts named, or all of the configuration; a simulator shows its page here."""

    def __init__(self, config: Config, accounts: Sequence[str] = ()) -> None:
        self.config = config
        self.runner: Runner | None = None
        self.first_sign_in: str | None = None
        self.pages: Pages = {}
        self.connection = Connection(config.broker)
        self.bus = NatsBus(self.connection)
        clock = clock_of(config)
        held = [
            open_channel(config, index, clock, self.pages)
            for index, account in enumerate(accounts_of(config))
            if not accounts or account in accounts
        ]
        self.metrics = Metrics(CollectorRegistry(), lambda: self.gateway.sent)
        self.gateway = Gateway(config.shop.name, held, self.connection, self.bus, clock, self.metrics.heard)

    async def start(self) -> None:
        """Show how it is; hold the accounts when the broker is there. Raises PortTaken."""
        self.config.data_dir.mkdir(parents=True, exist_ok=True)
        server = build_server(state=self.readiness, metrics=self.metrics.registry, apps=self.pages)
        self.runner = await serve(server, self.config.http.host, self.config.http.port)
        self.connection.start()
        self.gateway.start()
        log.info("ready", url=self.runner.url, channels=[c.account for c in self.gateway.channels])

    async def stop(self) -> None:
        """Let go of the accounts; what the broker has not taken yet is lost with the process."""
        await self.gateway.stop()
        await self.bus.stop()
        await self.connection.stop()
        if self.runner is not None:
            await self.runner.stop()

    async def readiness(self) -> Readiness:
        """Broker and accounts; a gateway needs no database."""
        trouble = self.bus.trouble()
        return Readiness(
            database=Check(ok=True, detail="none needed"),
            broker=Check(ok=trouble is None, detail=trouble or "nats"),
            channels=self.gateway.checks(),
        )
