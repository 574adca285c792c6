"""The WeChat channel: an account behind a Wechaty gateway, as the rest of the bot sees it."""

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

import structlog

from bot.channels import Befriended, ChannelState, Deliver, NotSent, Outgoing
from bot.channels.wechaty import tls
from bot.channels.wechaty.events import GatewayEvent
from bot.channels.wechaty.login import Login
from bot.channels.wechaty.timing import Timing
from bot.images import LARGEST

if TYPE_CHECKING:
    from datetime import datetime

    from bot.channels.wechaty.account import Account
    from bot.channels.wechaty.outgoing import Sender
    from bot.channels.wechaty.pump import Pump
    from bot.channels.wechaty.puppet import RobustPuppet

log = structlog.get_logger()

ALARM_AGAIN = 600.0
"""Seconds between alarms while nobody is logged in."""


class Clock(Protocol):
    """Tells the time; only for events that carry none of their own."""

    def now(self) -> "datetime":
        """The time now, aware."""


class WechatyChannel:
    """One WeChat account; `account` is the channel's name, whoever is logged in.

    WeChat accounts get banned and replaced, while rooms and people keep their ids: a name of our
    own, known before any login, lets open group buys go on under the new account.  Give each
    account of a shop its own `name`.
    """

    def __init__(
        self,
        endpoint: str,
        token: str,
        *,
        tls_enabled: bool,
        ca: Path | None,
        server_name: str | None,
        data_dir: Path,
        clock: Clock,
        name: str = "wechaty",
        timing: Timing | None = None,
        terminal: TextIO | None = sys.stderr,
    ) -> None:
        """`endpoint` is host:port; `ca` None trusts Wechaty's root; `terminal` shows the QR."""
        self.account = name
        self._endpoint, self._token = endpoint, token
        self._tls_enabled, self._ca, self._server_name = tls_enabled, ca, server_name
        self._clock = clock
        self._timing = timing or Timing()
        self._login = Login(data_dir / f"{name}.account", terminal)
        self._puppet: RobustPuppet | None = None
        self._sender: Sender | None = None
        self._pump: Pump | None = None
        self._deliver: Deliver | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.wechaty: Account | None = None
        """wechaty's own bot while started, for plugins: `channel.wechaty.use(plugin)`."""

    async def start(self, deliver: Deliver) -> None:
        """Connect in the background. Raises OSError for a CA file that cannot be used."""
        if self._puppet is not None:
            return
        # wechaty takes a second to import and is not needed by who chats in the simulator.
        from bot.channels.wechaty.account import Account
        from bot.channels.wechaty.link import Link
        from bot.channels.wechaty.outgoing import Sender
        from bot.channels.wechaty.pump import Pump
        from bot.channels.wechaty.puppet import RobustPuppet
        from bot.channels.wechaty.sent import Originals
        from bot.channels.wechaty.translate import Translator

        host = self._endpoint.rpartition(":")[0]
        make_link = partial(
            Link,
            self._endpoint,
            self._token,
            tls=tls.context(self._ca) if self._tls_enabled else None,
            server_name=tls.expected_name(self._server_name, self._ca, host),
            timing=self._timing,
        )
        puppet = RobustPuppet(make_link, self._arrived, self._login.lost)
        originals = Originals()
        translator = Translator(
            account=self.account,
            self_id=lambda: self._login.self_id,
            now=self._clock.now,
            link=puppet.link,
            directory=puppet.directory,
            originals=originals,
        )
        self._puppet, self._sender = puppet, Sender(puppet, originals, lambda: self._login.logged_in)
        self._pump, self._deliver = Pump(translator.events, deliver), deliver
        self.wechaty = Account(puppet)
        self._spawn(self._run(self.wechaty, puppet))
        self._spawn(self._guard_login(puppet))

    async def stop(self) -> None:
        """Stop receiving and sending; the account stays logged in at the gateway."""
        puppet, self._puppet = self._puppet, None
        if puppet is None:
            return
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._pump is not None:
            await self._pump.stop()
        await puppet.stop()
        if self.wechaty is not None:
            self.wechaty.close()
        self._sender, self._pump, self.wechaty = None, None, None

    async def send(self, message: Outgoing) -> str | None:
        """Send one message; its platform id, or None. Raises NotSent or SendInDoubt."""
        if self._sender is None:
            raise NotSent("the channel is not started")
        return await self._sender.send(message)

    async def can_dm(self, person: str) -> bool:
        """Whether the person is a friend; yes if unknown just now, for sending will tell."""
        if self._puppet is None:
            return True
        from bot.channels.wechaty.sdk import CONNECTION_ERRORS, GRPCError

        try:
            return await self._puppet.directory.is_friend(person)
        except (*CONNECTION_ERRORS, GRPCError) as error:
            log.info("wechaty.friendship_unknown", person=person, why=type(error).__name__)
            return True

    async def picture(self, message: str) -> bytes | None:
        """The picture of an image message, as WeChat has it."""
        if self._puppet is None:
            return None
        from bot.channels.wechaty.sdk import CONNECTION_ERRORS, GRPCError

        try:
            return await self._puppet.picture(message, LARGEST)
        except (*CONNECTION_ERRORS, GRPCError) as error:
            log.info("wechaty.no_picture", message=message, why=type(error).__name__)
            return None

    def state(self) -> ChannelState:
        """How the connection and the login are now."""
        link = None if self._puppet is None else self._puppet.link
        connected = link is not None and link.connected
        problem = "not started" if link is None else link.detail
        return ChannelState(
            connected=connected,
            logged_in=connected and self._login.logged_in,
            detail=self._login.detail if connected else problem,
            login_url=self._login.url,
        )

    async def _arrived(self, event: GatewayEvent) -> None:
        if event.kind in ("login", "logout", "scan", "message"):
            self._login.take(event)
        if event.kind == "error":
            log.warning("wechaty.gateway_error")
            log.debug("wechaty.gateway_error_text", text=event.text("data", "gerror")[:1000])
        elif event.kind in ("room-invite", "friendship") and self._puppet is not None:
            self._spawn(self._answer(self._puppet, event))
        elif event.kind in ("message", "room-join", "room-leave", "room-topic", "login", "ready"):
            if self._pump is not None:
                await self._pump.put(event)
        elif event.kind in ("post", "reset", "unknown"):
            log.info("wechaty.event_ignored", kind=event.kind)

    async def _answer(self, puppet: "RobustPuppet", event: GatewayEvent) -> None:
        from bot.channels.wechaty import manners

        friend = await manners.answer(puppet, event)
        if friend is not None and self._deliver is not None:
            now = self._clock.now()
            await self._deliver(Befriended(account=self.account, person=friend, at=now))

    async def _run(self, account: "Account", puppet: "RobustPuppet") -> None:
        await account.start()
        log.error("wechaty.sdk_gave_up")  # it swallows what it fails of; go on without it
        await puppet.start()

    async def _guard_login(self, puppet: "RobustPuppet") -> None:
        """Raise the alarm while the account is connected but not logged in.

        A gateway tells of the login only on connecting: if that went missing, connect again.
        """
        while True:
            while not await puppet.link.wait_connected(ALARM_AGAIN):
                pass
            await asyncio.sleep(self._timing.login_grace)
            if puppet.link.connected and not self._login.logged_in:
                self._login.missing()
                if self._login.url is None:
                    puppet.link.drop()
                await asyncio.sleep(ALARM_AGAIN)

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
