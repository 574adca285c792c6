"""wechaty's own bot on the channel, so that whatever is written for wechaty runs on it too."""

import socket
from collections import OrderedDict
from typing import Any

from bot.channels.wechaty.puppet import RobustPuppet
from bot.channels.wechaty.sdk import (
    PuppetOptions,
    Wechaty,
    WechatyOptions,
    WechatySchedulerOptions,
)

POOL = 2_000
"""Contact and Room objects that wechaty may keep; its own pools only grow."""


class Account(Wechaty):  # type: ignore[misc]
    """wechaty's bot over a robust puppet."""

    def __init__(self, puppet: RobustPuppet) -> None:
        super().__init__(
            WechatyOptions(
                name="xiaotuan",
                puppet=puppet,
                puppet_options=PuppetOptions(),  # the default one is shared by all bots
                host="127.0.0.1",
                port=_free_port(),  # looked at on login; nothing listens unless a plugin serves
                scheduler=WechatySchedulerOptions(job_store="sqlite://"),  # memory, not a file
            )
        )
        puppet.attached = self._listened_to
        self.on("error", lambda _: None)  # without a listener pyee raises

    def _listened_to(self, kind: str) -> bool:
        return bool(self.listeners(kind)) or any(True for _ in self._plugin_manager.plugins())

    async def init_puppet(self) -> None:
        """As in wechaty, with pools that are bounded and not shared with other accounts."""
        await super().init_puppet()
        people: _Pool = _Pool()
        self.Contact._pool = people
        self.ContactSelf._pool = _Pool()
        self.Room._pool = _Pool()

    def close(self) -> None:
        """End what wechaty has started beside the puppet."""
        self.remove_all_listeners()
        if self._plugin_manager.scheduler.running:
            self._plugin_manager.scheduler.shutdown(wait=False)


class _Pool(OrderedDict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > POOL:
            self.popitem(last=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
