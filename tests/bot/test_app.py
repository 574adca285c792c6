"""The app: started, talked to, stopped and started again, as a process and from inside."""

import asyncio
import json
import signal
import socket
import sqlite3
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.app import App
from bot.config import Config, config_from_mapping
from bot.offline import submitted
from bot.process import run
from bot.server import PortTaken
from storage.catalogue import Product
from storage.catalogue_files import CatalogueError, parse_catalogue
from storage.errors import StorageError
from storage.outbox import OutboxRow, Sending
from storage.timers import Timer

ROOT = Path(__file__).parents[2]
OPENING = "开团\n周六水果\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\n明晚8点截止，5份成团，3号楼架空层自提"
QUICK = "http: {port: 0}\npace: {seconds_between_sends: 0}\ndigest_seconds: 1\n"
CATALOGUE = "编号,名称,价格,单位\nZ1,榴莲蜜,59.90,个\n"


def config(folder: Path, **more: Any) -> Config:
    data = {
        "shop": {"name": "果园", "facts": {"配送": "周六上午送到"}},
        "http": {"port": 0},
        "pace": {"seconds_between_sends": 0},
        "digest_seconds": 1,
        **more,
    }
    return config_from_mapping(data, folder, "test")


class Talk:
    """What people say through the page, and what the bot says to it."""

    def __init__(self, app: App, socket: Any) -> None:
        self.app, self._socket = app, socket

    async def say(self, person: str, text: str, room: str | None = "r-fruit") -> str:
        """Says it; the bot's answer."""
        frame = {"do": "say", "id": uuid.uuid4().hex, "person": person, "room": room, "text": text}
        await self._socket.send_json(frame)
        while True:
            news = await self._socket.receive_json(timeout=20)
            for line in news.get("lines", []):
                if line["sender"] == "bot":
                    return str(line["text"])


@asynccontextmanager
async def running(settings: Config) -> AsyncIterator[Talk]:
    app = App(settings)
    try:
        await app.start()
        assert app.runner is not None
        async with (
            ClientSession() as session,
            session.ws_connect(f"{app.runner.url}simulator/socket") as page,
        ):
            await page.receive_json()
            yield Talk(app, page)
    finally:
        await app.stop()


async def test_a_conversation_and_a_second_start_that_keeps_it(tmp_path: Path) -> None:
    async with running(config(tmp_path)) as talk:
        assert "回「开团」发布" in await talk.say("u-lead", OPENING)
        assert "团1" in await talk.say("u-lead", "开团")
        assert "A2" in await talk.say("u-chen", "A2")
    async with running(config(tmp_path)) as talk:
        assert "小陈" in await talk.say("u-lead", "名单")
        assert "B1" in await talk.say("u-wang", "B1")


async def test_it_is_ready_and_has_metrics(tmp_path: Path) -> None:
    async with running(config(tmp_path)) as talk, ClientSession() as session:
        assert talk.app.runner is not None
        url = talk.app.runner.url
        async with session.get(f"{url}readyz") as answer:
            ready = await answer.json()
        assert (answer.status, ready["ready"]) == (200, True)
        assert ready["channels"] == {"simulator": {"ok": True, "detail": ""}}
        async with session.get(f"{url}metrics") as answer:
            assert "xiaotuan_outbox_waiting 0.0" in await answer.text()
        talk.app.worker.trouble = "database: locked"
        async with session.get(f"{url}readyz") as answer:
            assert (answer.status, (await answer.json())["database"]["detail"]) == (503, "database: locked")


async def test_a_locked_database_is_waited_for_and_said_in_readyz(tmp_path: Path) -> None:
    async with running(config(tmp_path)) as talk:
        await talk.say("u-lead", OPENING)
        await talk.say("u-lead", "开团")
        busy = talk.app.database
        with closing(sqlite3.connect(tmp_path / "data" / "xiaotuan.db", isolation_level=None)) as other:
            await busy.run(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=50") and None)
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(talk.say("u-chen", "A2"))
            for _ in range(200):
                if talk.app.worker.trouble:
                    break
                await asyncio.sleep(0.05)
            assert (await talk.app.readiness()).ready is False
            other.execute("ROLLBACK")
        assert "A2" in await waiting
        assert (await talk.app.readiness()).ready is True


async def test_an_import_beside_a_running_bot_is_seen_and_disturbs_nobody(tmp_path: Path) -> None:
    settings = config(tmp_path)
    async with running(settings) as talk:
        await talk.say("u-lead", OPENING)
        await talk.say("u-lead", "开团")
        products = parse_catalogue(CATALOGUE.encode(), "c.csv").products
        imported, said = await asyncio.gather(
            submitted(settings, "import_catalogue", products), talk.say("u-chen", "A2")
        )
        assert imported.added == ("Z1",)
        assert "A2" in said
        for _ in range(100):
            if "Z1" in talk.app.worker.shop.rows(Product):
                break
            await asyncio.sleep(0.05)
        assert "59.9" in await talk.say("u-chen", "@小团 榴莲蜜多少钱")


async def test_a_changed_catalogue_is_picked_up_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text(CATALOGUE, "utf-8")
    app = App(config(tmp_path, catalogue="c.csv"))
    await app.start()
    rows = app.worker.shop.rows(Product)
    assert rows["Z1"].price_fen == 5990
    file.write_text("broken", "utf-8")
    await app._catalogue()
    assert rows["Z1"].price_fen == 5990
    file.write_text(CATALOGUE.replace("59.90", "49.90"), "utf-8")
    app._catalogue_seen = None
    await app._catalogue()
    assert app.worker.shop.rows(Product)["Z1"].price_fen == 4990
    file.unlink()
    await app._catalogue()
    assert app.worker.shop.rows(Product)["Z1"].price_fen == 4990
    await app.stop()


async def test_without_its_catalogue_it_does_not_start(tmp_path: Path) -> None:
    app = App(config(tmp_path, catalogue="nowhere.csv"))
    with pytest.raises(CatalogueError, match=r"nowhere\.csv: cannot be read"):
        await app.start()
    await app.stop()


async def test_one_bot_a_store(tmp_path: Path) -> None:
    async with running(config(tmp_path)):
        second = App(config(tmp_path))
        with pytest.raises(StorageError, match="is in use by process"):
            await second.start()
        await second.stop()


async def test_a_taken_port_is_told_before_anything_is_touched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port} is taken: stop the program"):
            await run(App(config(tmp_path, http={"port": port})), lambda app: None)
    assert not (tmp_path / "data" / "xiaotuan.db-wal").exists()


async def test_messages_of_an_outage_go_before_what_fell_due_meanwhile(tmp_path: Path) -> None:
    settings = config(tmp_path)
    async with running(settings) as talk:
        await talk.say("u-lead", OPENING.replace("明晚8点截止", "1分钟后截止"))
        await talk.say("u-lead", "开团")
    app = App(settings)
    due = max(timer.due for timer in (await _timers(app)) if timer.kind == "deadline")
    assert hasattr(app.clock, "advance_to")
    app.clock.advance_to(due)
    await app.start()
    assert any(timer.kind == "deadline" for timer in app.worker.shop.rows(Timer))
    await app.stop()


async def _timers(app: App) -> list[Timer]:
    await app.worker.open()
    return list(app.worker.shop.rows(Timer))


async def test_what_was_not_sent_is_sent_by_the_next_process(tmp_path: Path) -> None:
    settings = config(tmp_path, pace={"seconds_between_sends": 30})
    async with running(settings) as talk:
        await talk.say("u-lead", OPENING)
        await talk.app.channels[0].say("u-lead", "r-fruit", "开团")  # type: ignore[attr-defined]
        await asyncio.sleep(0.5)
        waiting = [row.text for row in talk.app.worker.shop.rows(OutboxRow) if row.state == Sending.PENDING]
    assert len(waiting) == 1
    again = App(settings)
    await again.worker.open()
    assert [row.text for row in again.worker.shop.rows(OutboxRow)] == waiting
    await again.stop()


# -- as a process --------------------------------------------------------------------------------


@asynccontextmanager
async def process(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(folder / "c.yaml"), *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def address(started: asyncio.subprocess.Process) -> str:
    assert started.stdout is not None
    line = (await asyncio.wait_for(started.stdout.readline(), 30)).decode()
    assert line.startswith("小团 is running at http://127.0.0.1:")
    return line.split()[4]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
async def test_it_prints_its_address_and_ends_cleanly(tmp_path: Path, by: signal.Signals) -> None:
    (tmp_path / "c.yaml").write_text("http: {port: 0}\nshop: {name: 果园}\n", "utf-8")
    for _ in range(2):
        async with process(tmp_path, "--log", "warning") as started:
            url = await address(started)
            async with ClientSession() as session, session.get(f"{url}healthz") as answer:
                assert (await answer.json()) == {"live": True}
            started.send_signal(by)
            _, err = await asyncio.wait_for(started.communicate(), 20)
            assert (started.returncode, err.decode()) == (0, "")


async def test_a_failure_at_the_start_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (tmp_path / "c.yaml").write_text(f"http: {{port: {port}}}\n", "utf-8")
        async with process(tmp_path) as started:
            out, err = await asyncio.wait_for(started.communicate(), 30)
    assert (started.returncode, out) == (1, b"")
    assert err.decode().splitlines() == [
        f"xiaotuan: http: 127.0.0.1:{port} is taken: stop the program that uses it, "
        "or set another http.port in config.yaml"
    ]


async def test_killed_in_the_middle_it_goes_on_with_the_list_intact(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(QUICK, "utf-8")
    async with process(tmp_path, "--log", "error") as started:
        url = await address(started)
        async with ClientSession() as session, session.ws_connect(f"{url}simulator/socket") as page:
            for person, text in (("u-lead", OPENING), ("u-lead", "开团"), ("u-chen", "A2"), ("u-wang", "B3")):
                frame = {
                    "do": "say",
                    "id": uuid.uuid4().hex,
                    "person": person,
                    "room": "r-fruit",
                    "text": text,
                }
                await page.send_json(frame)
                await _answered(page)
        started.kill()
    state = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "state", "--config", str(tmp_path / "c.yaml")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await state.communicate()
    (group_buy,) = json.loads(out)["group_buys"]
    assert {each["buyer"]: each["items"][0]["quantity"] for each in group_buy["sign_ups"]} == {
        "u-chen": 2,
        "u-wang": 3,
    }
    async with process(tmp_path, "--log", "error") as started:
        assert (await address(started)).startswith("http://")


async def _answered(page: Any) -> None:
    while True:
        news = await page.receive_json(timeout=20)
        if any(line["sender"] == "bot" for line in news.get("lines", [])):
            return
