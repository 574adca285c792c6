"""Logging in: the code in the terminal and the state, and the alarm when nobody is logged in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from gateway.conftest import make_room
from gateway.driver import BOT_ID, Gateway
from gateway.ears import listening
from structlog.testing import capture_logs

from bot.channels import Outgoing

pytestmark = pytest.mark.gateway

WAITING, SCANNED = 2, 3


@pytest.fixture
async def waiting(tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway whose account does not log in by itself."""
    gateway = Gateway(tmp_path / "gateway", login=False)
    await gateway.start()
    yield gateway
    await gateway.stop()


async def test_code_to_scan(waiting: Gateway, tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with listening(waiting, tmp_path, ready=False) as ears:
            await ears.until(lambda: ears.channel.state().connected)
            code = {"qrcode": "https://login.test/1", "status": WAITING}
            await waiting.emit("scan", code)
            await ears.until(lambda: ears.channel.state().login_url == "https://login.test/1")
            assert "scanned" in ears.channel.state().detail
            shown = ears.terminal.getvalue()
            assert "微信扫码" in shown
            assert len(shown.splitlines()) > 10
            await waiting.emit("scan", code)  # gateways repeat it
            await waiting.emit("scan", {"status": SCANNED})
            await ears.until(lambda: ears.channel.state().login_url is None)
            assert ears.terminal.getvalue() == shown
            await waiting.call("login")
            await ears.ready()
            assert ears.channel.state().detail == ""
    alarms = [line["event"] for line in logs if line["log_level"] == "error"]
    assert alarms == ["wechaty.login_needed"]


async def test_code_is_told_to_who_connects_later(waiting: Gateway, tmp_path: Path) -> None:
    await waiting.emit("scan", {"qrcode": "https://login.test/2", "status": WAITING})
    async with listening(waiting, tmp_path, ready=False) as ears:
        await ears.until(lambda: ears.channel.state().login_url == "https://login.test/2")


async def test_alarm_when_nobody_logs_in(waiting: Gateway, tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with listening(waiting, tmp_path, ready=False) as ears:
            await ears.until(lambda: any(x["event"] == "wechaty.not_logged_in" for x in logs))
            await ears.until(lambda: ears.channel.state().connected)
            assert not ears.channel.state().logged_in
            assert ears.channel.state().detail == "not logged in"


async def test_alarm_on_logout(waiting: Gateway, tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with listening(waiting, tmp_path, ready=False) as ears:
            await ears.until(lambda: ears.channel.state().connected)
            await waiting.call("login")
            await ears.ready()
            await waiting.call("logout")
            await ears.until(lambda: ears.channel.state().detail == "logged out")
            assert not ears.channel.state().logged_in
    assert [x["event"] for x in logs if x["log_level"] == "error"] == ["wechaty.logged_out"]


async def test_login_that_was_missed(own_gateway: Gateway, tmp_path: Path) -> None:
    """The event of the login got lost: asked for again, or concluded from a message."""
    await own_gateway.start()
    room = await make_room(own_gateway)
    async with listening(own_gateway, tmp_path) as ears:
        for sign_of_life in (True, False):
            await own_gateway.call("deaf", {"deaf": True})
            await own_gateway.call("down")
            await ears.until(lambda: not ears.channel.state().connected)
            await own_gateway.call("up")
            await ears.until(lambda: ears.channel.state().connected)
            assert not ears.channel.state().logged_in
            await own_gateway.call("deaf", {"deaf": False})
            if sign_of_life:
                await own_gateway.say(room, "u1", "还在吗")
            await ears.ready()
            await ears.channel.send(Outgoing(key="k", room=room, text="在"))
        assert own_gateway.sent(room) == ["在", "在"]


async def test_another_account_is_noticed(gateway: Gateway, tmp_path: Path) -> None:
    marker = tmp_path / "wechaty.account"
    marker.write_text("wxid_before")
    with capture_logs() as logs:
        async with listening(gateway, tmp_path) as ears:
            assert ears.channel.account == "wechaty"
    assert any(x["event"] == "wechaty.other_account_than_before" for x in logs)
    assert marker.read_text() == BOT_ID
