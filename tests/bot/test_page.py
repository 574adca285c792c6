"""The simulator's page over HTTP: its files, and its socket."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSCloseCode, WSMsgType, WSServerHandshakeError
from prometheus_client import CollectorRegistry

import bot.channels.page
from bot.channels import Event, Incoming, Outgoing
from bot.channels.page import FOLDER, simulator_page
from bot.channels.simulator import SimulatorChannel
from bot.clock import MovableClock
from bot.server import Check, Readiness, Runner, build_server, serve

HELLO = {"do": "say", "person": "u-chen", "room": "r-fruit", "text": "+1"}


async def ready() -> Readiness:
    return Readiness(database=Check(ok=True), broker=Check(ok=True))


class Site:
    """A running page, and whoever visits it."""

    def __init__(self, channel: SimulatorChannel, session: ClientSession, runner: Runner) -> None:
        self.channel, self.session, self.runner = channel, session, runner
        self.url = runner.url
        self.heard: list[Incoming] = []

    async def deliver(self, event: Event) -> None:
        if isinstance(event, Incoming):
            if event.text == "坏":
                raise OSError("disk full")
            self.heard.append(event)

    def visit(self, query: str = "", **kwargs):
        return self.session.ws_connect(f"{self.url}simulator/socket{query}", **kwargs)


@pytest.fixture
async def site():
    channel = SimulatorChannel(clock=MovableClock())
    apps = {"simulator": simulator_page(channel)}
    server = build_server(state=ready, metrics=CollectorRegistry(), apps=apps)
    runner = await serve(server, "127.0.0.1", 0)
    async with ClientSession() as session:
        site = Site(channel, session, runner)
        await channel.start(site.deliver)
        yield site
        await channel.stop()
        await runner.stop()


async def told(socket, key: str):
    """The next frame that has `key`."""
    while True:
        frame = await socket.receive_json(timeout=5)
        if key in frame:
            return frame[key]


async def test_the_front_page_names_only_files_that_are_served(site):
    async with site.session.get(site.url) as response:
        html = await response.text()
    assert response.content_type == "text/html"
    assert 'lang="zh-CN"' in html
    scripts = [path.name for path in FOLDER.glob("*.js")]
    for name in (*scripts, "simulator.css", "icon.svg"):
        async with site.session.get(f"{site.url}simulator/{name}") as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == "no-cache"
    assert "://" not in html


@pytest.mark.parametrize("path", ["__init__.py", "..%2Fsimulator.py", "nothing.js", "%2Fetc%2Fpasswd"])
async def test_nothing_else_is_served(site, path):
    async with site.session.get(f"{site.url}simulator/{path}") as response:
        assert response.status == 404


def test_the_page_holds_nothing_that_the_policy_forbids():
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert "style=" not in html
    assert not re.search(r"\son\w+=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    for script in FOLDER.glob("*.js"):
        source = script.read_text(encoding="utf-8")
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "eval(",
            "document.write",
        ):
            assert forbidden not in source, (script.name, forbidden)


async def test_a_page_gets_the_scene_and_the_history(site):
    await site.channel.say("u-wang", "r-fruit", "早")
    async with site.visit() as socket:
        frame = await socket.receive_json(timeout=5)

    assert frame["scene"]["epoch"] == site.channel.epoch
    assert [line["text"] for line in frame["lines"]] == ["早"]
    assert "path" not in frame["lines"][0]


async def test_a_page_that_comes_back_gets_what_it_missed(site):
    await site.channel.say("u-wang", "r-fruit", "早")
    seen = site.channel.story.last.seq
    await site.channel.say("u-wang", "r-fruit", "晚")

    async with site.visit(f"?after={seen}&epoch={site.channel.epoch}") as socket:
        known = await socket.receive_json(timeout=5)
    async with site.visit(f"?after={seen}&epoch=another") as socket:
        unknown = await socket.receive_json(timeout=5)
    async with site.visit(f"?after=-x&epoch={site.channel.epoch}") as socket:
        odd = await socket.receive_json(timeout=5)

    assert [line["text"] for line in known["lines"]] == ["晚"]
    assert [line["text"] for line in unknown["lines"]] == ["早", "晚"]
    assert [line["text"] for line in odd["lines"]] == ["早", "晚"]


async def test_what_one_page_says_every_page_sees(site):
    async with site.visit() as one, site.visit() as other:
        await told(one, "scene")
        await told(other, "scene")
        await one.send_json(HELLO | {"id": "w-00000001"})

        assert (await told(one, "lines"))[0]["text"] == "+1"
        assert await told(one, "taken") == "w-00000001"
        assert (await told(other, "lines"))[0]["id"] == "w-00000001"
    assert [heard.id for heard in site.heard] == ["w-00000001"]


async def test_a_page_recalls_chats_and_moves_the_clock(site):
    before = site.channel.clock.now()
    async with site.visit() as socket:
        await told(socket, "scene")
        await socket.send_json(HELLO | {"id": "w-00000001"})
        await told(socket, "taken")
        await socket.send_json({"do": "recall", "person": "u-chen", "message": "w-00000001"})
        assert (await told(socket, "lines"))[0]["recalled"] is True
        await socket.send_json({"do": "clock", "minutes": 30})
        await told(socket, "now")
        assert (site.channel.clock.now() - before).total_seconds() >= 1800
        await socket.send_json({"do": "clock", "to": "09:00", "tomorrow": True})
        assert "T01:00:0" in await told(socket, "now")
        await socket.send_json({"do": "chat", "room": "r-fruit"})
        assert (await told(socket, "lines"))[0]["room"] == "r-fruit"


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ({"do": "dance"}, "not_understood"),
        (HELLO, "not_understood"),
        (HELLO | {"id": "w-00000001", "extra": 1}, "not_understood"),
        (HELLO | {"id": "w-00000001", "room": "r-agents"}, "not_a_member"),
        (HELLO | {"id": "w-00000001", "text": "坏"}, "not_taken"),
        ({"do": "recall", "person": "u-chen", "message": "m0"}, "not_yours"),
        ({"do": "clock", "minutes": -5}, "not_understood"),
        ({"do": "chat", "room": "r-9"}, "no_such_room"),
    ],
)
async def test_what_cannot_be_is_refused_and_the_page_stays(site, frame, why):
    async with site.visit() as socket:
        await told(socket, "scene")
        await socket.send_json(frame)
        assert (await told(socket, "refused"))["why"] == why
        await socket.send_json(HELLO | {"id": "w-00000009"})
        assert await told(socket, "taken") == "w-00000009"


async def test_what_is_no_json_is_refused(site):
    async with site.visit() as socket:
        await told(socket, "scene")
        await socket.send_str("{")
        assert (await told(socket, "refused"))["why"] == "not_understood"


async def test_a_stopped_channel_says_so(site):
    await site.channel.stop()
    async with site.visit() as socket:
        await told(socket, "scene")
        await socket.send_json(HELLO | {"id": "w-00000001"})
        assert await told(socket, "refused") == {"why": "stopped", "id": "w-00000001"}


async def test_a_long_text_passes_and_a_longer_one_is_cut_off(site):
    async with site.visit() as socket:
        await told(socket, "scene")
        await socket.send_json(HELLO | {"id": "w-00000001", "text": "草" * 100_000})
        assert await told(socket, "taken") == "w-00000001"
        await socket.send_json(HELLO | {"id": "w-00000002", "text": "草" * 200_000})
        closed = await socket.receive(timeout=5)
        while closed.type is WSMsgType.TEXT:
            closed = await socket.receive(timeout=5)
    assert closed.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
    assert [len(heard.text) for heard in site.heard] == [100_000]


async def test_another_site_may_not_play_here(site):
    with pytest.raises(WSServerHandshakeError) as refused:
        await site.visit(origin="http://evil.example")
    assert refused.value.status == 403

    async with site.visit(origin=site.url.rstrip("/")) as socket:
        assert "epoch" in await told(socket, "scene")


async def test_a_page_that_reads_too_slowly_is_cut_off(site, monkeypatch):
    monkeypatch.setattr(bot.channels.page, "WAITING_FRAMES", 3)
    async with site.visit() as socket:
        await told(socket, "scene")
        for n in range(8):
            site.channel.move(timedelta(minutes=n))
        closed = await socket.receive(timeout=5)
        while closed.type is WSMsgType.TEXT:
            closed = await socket.receive(timeout=5)
    assert closed.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)


async def test_files_that_the_bot_sent_are_shown_and_no_others(site, tmp_path: Path):
    picture = tmp_path / "poster.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    sheet = tmp_path / "list.csv"
    sheet.write_text("a,b\n", encoding="utf-8")
    shown = await site.channel.send(
        Outgoing(key="k", room="r-fruit", text="", kind="image", path=str(picture))
    )
    given = await site.channel.send(Outgoing(key="k", to="u-lead", text="", kind="file", path=str(sheet)))
    plain = await site.channel.send(Outgoing(key="k", room="r-fruit", text="好"))
    sheet_url = f"{site.url}simulator/sent/{given}"

    async with site.session.get(f"{site.url}simulator/sent/{shown}") as response:
        assert response.content_type == "image/png"
        assert response.headers["Content-Disposition"] == "inline"
    async with site.session.get(sheet_url) as response:
        assert response.headers["Content-Disposition"] == "attachment"
    sheet.unlink()
    for url in (sheet_url, f"{site.url}simulator/sent/{plain}", f"{site.url}simulator/sent/x"):
        async with site.session.get(url) as response:
            assert response.status == 404


async def test_the_server_stops_although_pages_are_open(site):
    async with site.visit() as socket:
        await told(socket, "scene")
        async with asyncio.timeout(1.5):
            await site.runner.stop()
        closed = await socket.receive(timeout=5)
    assert closed.type is WSMsgType.CLOSE
    assert closed.data == WSCloseCode.GOING_AWAY
