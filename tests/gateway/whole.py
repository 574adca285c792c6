"""The whole bot as people run it: `xiaotuan run --config` as a process of its own, on the real gateway."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway.certificates import Certificates
from gateway.driver import BOT_ID, Gateway

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40.0
"""Seconds until a wait has failed: long, for machines that do much else."""

CATALOGUE = """编号,名称,别名,价格,单位,规格,库存,产地,描述
P1,红颜草莓,草莓;红颜,39.90,盒,2斤/盒,60,丹东,糖度12-13
P2,土鸡蛋,鸡蛋,28.80,板,1板=30枚,,安徽,散养
P3,鲜牛奶,牛奶,49.90,箱,12瓶/箱,60,本地牧场,巴氏杀菌
"""
FACTS = {"付款": "成团后微信转团长", "自提": "3号楼架空层 9-20点", "电话": "021-00000000"}


def afternoon() -> ZoneInfo:
    """A zone in which it is past two in the afternoon: nothing is quiet, and agents are there."""
    ahead = (14 - datetime.now(UTC).hour) % 24  # noqa: TID251
    ahead = ahead - 24 if ahead > 14 else ahead
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")


ZONE = afternoon()


def clock_ahead(seconds: float = 35) -> datetime:
    """The next full minute of the shop's clock that is at least so far away."""
    then = datetime.now(ZONE) + timedelta(seconds=seconds + 60)  # noqa: TID251
    return then.replace(second=0, microsecond=0)


async def until(true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """What `true` returns, once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"not in time: {what}"
        await asyncio.sleep(0.05)
    return found


class Bot:
    """The bot's process, its config and its data, on one gateway."""

    def __init__(self, folder: Path, gateway: Gateway, **changes: Any) -> None:
        """`changes`: keys of config.yaml."""
        self.folder, self.gateway = folder, gateway
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
        config = {
            "shop": {"name": "果园鲜生", "timezone": ZONE.key, "facts": FACTS},
            "http": {"port": 0},
            "catalogue": "catalogue.csv",
            "channels": [gateway.channel_config()],
            "agents": [{"id": "agent", "name": "客服小周"}],
            "pace": {"seconds_between_sends": 0.05, "daily_messages_per_room": 500},
            "digest_seconds": 1,
        }
        self.config = folder / "config.yaml"
        self.config.write_text(json.dumps(config | changes, ensure_ascii=False), "utf-8")
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    async def start(self) -> None:
        """Start it, and wait until it is connected and logged in."""
        await asyncio.to_thread(self.start_now)
        await self.gateway.until_attached()

    def start_now(self) -> None:
        """Start it and wait until it serves."""
        self._starts += 1
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--config", str(self.config)],
                cwd=ROOT,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},  # noqa: TID251
            )
        deadline = time.monotonic() + 60
        while "is running at" not in self.log():
            assert self._process.poll() is None, self.log()[-3000:]
            assert time.monotonic() < deadline, self.log()[-3000:]
            time.sleep(0.05)

    @property
    def _log(self) -> Path:
        return self.folder / f"bot-{self._starts}.log"

    def log(self) -> str:
        """What the process has printed since it was started."""
        return self._log.read_text("utf-8", "replace")

    async def kill(self) -> None:
        """kill -9; returns once the gateway has noticed."""
        self._end(signal.SIGKILL)
        await self.gateway.until_detached()

    def stop_now(self) -> int | None:
        """Ctrl-C; its exit code."""
        return self._end(signal.SIGINT)

    def _end(self, how: int) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(how)
        return process.wait(30)

    async def state(self) -> dict[str, Any]:
        """The live store (contract §3), as `xiaotuan state` tells it."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "state", "--config", str(self.config)],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        state: dict[str, Any] = json.loads(done.stdout)
        return state

    async def booked(self, number: int) -> dict[str, Any]:
        """Who has how much in a group buy with one item; who cancelled is left out."""
        group_buy = (await self.state())["group_buys"][number - 1]
        lines = group_buy["sign_ups"]
        return {line["name"]: line["items"][0]["quantity"] for line in lines if line["items"]}

    # In the chat

    async def says(self, to: str, *words: str, after: int = 0, seconds: float = PATIENCE) -> str:
        """The first text with all these words that the bot sends to a room or person."""

        def found() -> str | None:
            texts = self.gateway.sent(to)[after:]
            return next((text for text in texts if all(word in text for word in words)), None)

        return str(await until(found, f"{words} among {self.gateway.sent(to)[after:]}", seconds))

    async def answers(self, room: str, sender: str, text: str, *words: str) -> str:
        """Somebody says something, and the bot answers it with these words."""
        before = len(self.gateway.sent(room))
        await self.gateway.say(room, sender, text)
        return await self.says(room, *words, after=before)

    async def serves(self, room: str, owner: str) -> None:
        """The room's owner asks for the bot."""
        await self.gateway.say(room, owner, "@小团 启用", mentions=[BOT_ID])
        await self.says(room, "我是机器人小团")

    async def opens(self, room: str, leader: str, goods: str, *more: str) -> None:
        """The leader opens a group buy, and the room reads it."""
        before = len(self.gateway.sent(room))
        await self.gateway.say(room, leader, "\n".join(("开团", goods, *more)))
        await self.says(room, "回「开团」发布", after=before)
        await self.gateway.say(room, leader, "开团")
        await self.says(room, "接龙回", after=before)

    async def settled(self, seconds: float = 4) -> None:
        """Long enough for everything that the bot might still have said."""
        await asyncio.sleep(seconds)


@asynccontextmanager
async def town(folder: Path, tls: Certificates | bool = False, **changes: Any) -> AsyncIterator[Bot]:
    """A gateway with a group and an agents' room, and the bot on it; not started yet."""
    gateway = Gateway(folder / "gateway", tls=tls)
    await gateway.start()
    bot = Bot(folder / "bot", gateway, **changes)
    try:
        for id, name in (("lead", "小美"), ("u1", "小陈"), ("u2", "老王")):
            await gateway.add_person(id, name, friend=True)
        await gateway.add_person("agent", "客服小周", friend=True)
        yield bot
    finally:
        bot.stop_now()
        await gateway.stop()
