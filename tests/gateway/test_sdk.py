"""wechaty itself runs on the channel: listeners, plugins, and the calls that had drifted."""

import asyncio
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from gateway.conftest import make_room
from gateway.driver import BOT_ID, Gateway
from gateway.ears import Ears

from bot.channels import Incoming

pytestmark = pytest.mark.gateway


async def test_listeners_of_wechaty_are_called(gateway: Gateway, room: str, ears: Ears) -> None:
    account: Any = ears.channel.wechaty
    told: list[Any] = []
    account.on("message", lambda message: told.append(message))
    account.on("room-topic", lambda *change: told.append(change[1:3]))
    await gateway.say(room, "u1", "苹果多少钱")
    await ears.until(lambda: told)
    message = told[0]
    assert (message.text(), message.talker().name, message.room().payload.topic) == (
        "苹果多少钱",
        "小陈",
        "果园一群",
    )
    assert account.contact_id == BOT_ID
    await gateway.topic(room, "新名字")
    await ears.until(lambda: ("新名字", "果园一群") in told)
    await gateway.say(room, "u1", "", type=16)
    await gateway.say(room, "u1", "", type=99)
    await ears.until(lambda: len(told) == 4)


async def test_plugins_of_wechaty_run(gateway: Gateway, room: str, ears: Ears) -> None:
    from bot.channels.wechaty import sdk

    account: Any = ears.channel.wechaty

    class Echoing(sdk.wechaty.WechatyPlugin):  # type: ignore[misc]
        cache_dir = ""

        def __init__(self) -> None:
            self.options = sdk.wechaty.WechatyPluginOptions(name="echoing")
            self.heard: list[str] = []

        async def on_message(self, message: Any) -> None:
            self.heard.append(message.text())

    plugin = Echoing()
    account.use(plugin)
    await gateway.say(room, "u1", "苹果多少钱")
    await ears.until(lambda: plugin.heard == ["苹果多少钱"])


async def test_nobody_listens_and_nothing_is_built(gateway: Gateway, room: str, ears: Ears) -> None:
    account: Any = ears.channel.wechaty
    await ears.heard(Incoming, id=await gateway.say(room, "u1", "一"))
    assert "u1" not in account.Contact._pool


async def test_calls_that_had_drifted(gateway: Gateway, room: str, ears: Ears) -> None:
    puppet: Any = ears.channel.wechaty.puppet if ears.channel.wechaty else None
    await puppet.room_topic(room, "新名字")
    assert await puppet.room_topic(room) == "新名字"
    await puppet.room_announce(room, "周五截止")
    assert await puppet.room_announce(room) == "周五截止"
    await puppet.contact_alias("u1", "3栋小陈")
    assert await puppet.contact_alias("u1") == "3栋小陈"
    assert await puppet.room_qr_code(room) == f"{room} mock qrcode"
    assert (await puppet.message_location("any")).latitude == 31.5
    id = await puppet.message_forward(room, "any")
    assert gateway.sent_messages(room)[-1]["of"] == "any"
    assert id == gateway.sent_messages(room)[-1]["id"]


async def test_files_of_wechaty(gateway: Gateway, room: str, ears: Ears, tmp_path: Path) -> None:
    from bot.channels.wechaty import sdk

    puppet: Any = ears.channel.wechaty.puppet if ears.channel.wechaty else None
    small = await puppet.message_image("small")
    assert small.name == "a.png"
    await gateway.call("keepImage", {"id": "big", "size": 300_000})
    big = await puppet.message_image("big")
    await big.to_file(str(tmp_path / "big.png"))
    assert (tmp_path / "big.png").read_bytes() == bytes([7]) * 300_000
    assert await ears.channel.picture("small") == b"picture"
    assert await ears.channel.picture("big") == bytes([7]) * 300_000
    assert len(await puppet.picture("big", 1_000)) < 300_000
    await puppet.message_send_file(room, big)
    assert gateway.sent_messages(room)[-1]["size"] == 300_000
    code = sdk.FileBox.from_qr_code("https://a.test")
    assert await puppet.message_send_file(room, code) == gateway.sent_messages(room)[-1]["id"]


async def test_leaves_no_traces(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A process of its own: nothing on stdout, no folders, no words of people in the log."""
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), login=False)
    await gateway.start()
    room, secret = await make_room(gateway), "我的电话是13800000000"
    script = f"""
        import asyncio, sys, logging
        from datetime import UTC, datetime
        from pathlib import Path
        import structlog
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )
        from bot.channels import Incoming
        from bot.channels.wechaty import WechatyChannel
        assert "wechaty" not in sys.modules

        class Clock:
            def now(self):
                return datetime(2026, 1, 1, tzinfo=UTC)

        async def main():
            heard = asyncio.Event()
            async def deliver(event):
                if isinstance(event, Incoming):
                    heard.set()
            channel = WechatyChannel(
                {gateway.endpoint!r}, {gateway.token!r}, tls_enabled=False, ca=None,
                server_name=None, data_dir=Path("data"), clock=Clock(),
            )
            await channel.start(deliver)
            channel.wechaty.on("message", lambda message: None)
            await asyncio.wait_for(heard.wait(), 60)
            await asyncio.sleep(0.2)
            await channel.stop()

        asyncio.run(main())
    """
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-W", "error", "-c", textwrap.dedent(script)],
        cwd=tmp_path,
        env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        await gateway.until_called("start")
        await gateway.emit("scan", {"qrcode": "https://login.test/3", "status": 2})
        await gateway.call("login")
        while process.poll() is None:
            await gateway.say(room, "u1", secret)
            await asyncio.sleep(0.2)
    finally:
        process.kill()
        stdout, stderr = process.communicate()
        await gateway.stop()
    assert process.returncode == 0, stderr.decode()
    assert stdout == b""
    assert secret not in stderr.decode()
    assert "微信扫码" in stderr.decode()
    assert _files(tmp_path) == ["data", "data/wechaty.account"]


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
