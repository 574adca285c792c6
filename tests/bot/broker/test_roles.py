"""Gateway, worker and web as processes of their own: talked to, killed, started again."""

import asyncio
import json
import signal
import sqlite3
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientError, ClientSession

if TYPE_CHECKING:
    from conftest import Nats
    from servers import Postgres

ROOT = Path(__file__).parents[3]
OPENING = "开团\n周六水果\nA 红颜草莓 39.9元/盒\nB 土鸡蛋 28.8元/板\n明晚8点截止，5份成团，3号楼架空层自提"
PATIENCE = 150.0
pytestmark = pytest.mark.timeout(600)
"""Up to five processes start one after the other, which a busy machine takes its time for."""


class Member:
    """One process of the bot."""

    def __init__(self, config: Path, role: str) -> None:
        self.config, self.role = config, role
        self.url = ""
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(self.config)),
            *("--role", self.role, "--port", "0", "--log", "error"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        line = (await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)).decode()
        assert line.startswith("小团 is running at ")
        self.url = line.split()[4]

    async def ready(self, session: ClientSession) -> dict[str, Any]:
        async with session.get(f"{self.url}readyz") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def until_ready(self, session: ClientSession) -> None:
        """Also until it is itself who holds the account."""
        async with asyncio.timeout(PATIENCE):
            while True:
                now = await self.ready(session)
                if now["ready"] and not now["channels"]["simulator"]["detail"]:
                    return
                await asyncio.sleep(0.1)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.communicate()

    async def end(self) -> int | None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        await asyncio.wait_for(self.process.communicate(), PATIENCE)
        return self.process.returncode


class Shop:
    """All processes, and the page where people talk."""

    def __init__(self, folder: Path, url: str, session: ClientSession, database: str) -> None:
        self.config, self.session = folder / "c.yaml", session
        self.config.write_text(
            f"broker: {url}\ndatabase: {database}\nshop: {{name: 果园}}\npace: {{seconds_between_sends: 0}}\ndigest_seconds: 1\n"
            "quiet_hours: null\n",
            "utf-8",
        )
        self.store = folder / "data" / "xiaotuan.db"
        self.gateway = Member(self.config, "gateway")
        self.worker = Member(self.config, "worker")
        self.web = Member(self.config, "web")
        self.lines: list[str] = []
        self._page: Any = None
        self._reading: asyncio.Task[None] | None = None

    async def open_page(self) -> None:
        self._page = await self.session.ws_connect(f"{self.gateway.url}simulator/socket")
        await self._page.receive_json()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._page:
            for line in json.loads(message.data).get("lines", []):
                if line["sender"] == "bot" and line["room"] == "r-fruit":
                    self.lines.append(line["text"])

    async def close_page(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._page.close()

    async def say(self, person: str, text: str) -> None:
        frame = {"do": "say", "id": uuid.uuid4().hex, "person": person, "room": "r-fruit", "text": text}
        await self._page.send_json(frame)

    async def heard(self, text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not any(text in line for line in self.lines):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    def booked(self) -> dict[str, dict[str, str]]:
        with sqlite3.connect(self.store) as connection:
            rows = connection.execute("SELECT buyer_id, items FROM signup").fetchall()
        return {buyer: json.loads(items) for buyer, items in rows}

    def unsent(self) -> int:
        with sqlite3.connect(self.store) as connection:
            return int(
                connection.execute("SELECT count(*) FROM outboxrow WHERE state != 'sent'").fetchone()[0]
            )


@asynccontextmanager
async def running(shop: Shop, *more: Member) -> AsyncIterator[None]:
    members = (shop.gateway, shop.worker, shop.web)
    try:
        await asyncio.gather(*(member.start() for member in members))
        yield
    finally:
        for member in (*members, *more):
            if member.process is not None and member.process.returncode is None:
                await member.kill()


@pytest.fixture
async def shop(tmp_path: Path, nats: "Nats") -> AsyncIterator[Shop]:
    async with ClientSession() as session:
        yield Shop(tmp_path, nats.url, session, "sqlite:///data/xiaotuan.db")


@pytest.fixture
async def grown(tmp_path: Path, nats: "Nats", postgres_server: "Postgres") -> AsyncIterator[Shop]:
    async with ClientSession() as session:
        yield Shop(tmp_path, nats.url, session, await postgres_server.empty())


async def test_three_processes_serve_one_shop_and_survive_each_other(shop: Shop, nats: "Nats") -> None:
    nats.kill()
    async with running(shop):
        for member in (shop.gateway, shop.worker, shop.web):
            broker = (await member.ready(shop.session))["broker"]
            assert (broker["ok"], "is not connected" in broker["detail"]) == (False, True)
        nats.start()
        await asyncio.gather(*(m.until_ready(shop.session) for m in (shop.gateway, shop.worker, shop.web)))
        await shop.open_page()
        await shop.say("u-lead", OPENING)
        await shop.heard("回「开团」发布")
        await shop.say("u-lead", "开团")
        await shop.heard("团1")
        await shop.say("u-chen", "A2")
        await shop.heard("小陈 A2")

        await shop.worker.kill()
        await shop.say("u-wang", "B1")  # nobody works; the broker keeps it
        await shop.worker.start()
        await shop.heard("王姐 B1")

        nats.kill()
        await shop.say("u-li", "A3")  # the gateway keeps it until the broker is back
        await asyncio.sleep(1)
        assert (await shop.worker.ready(shop.session))["broker"]["ok"] is False
        nats.start()
        await shop.heard("李阿姨 A3")

        await shop.close_page()
        await shop.gateway.kill()
        await shop.gateway.start()
        await shop.gateway.until_ready(shop.session)
        await shop.open_page()
        await shop.say("u-may", "B2")
        await shop.heard("阿May B2")
        await shop.close_page()

        async with asyncio.timeout(PATIENCE):
            while shop.unsent():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        assert shop.booked() == {
            "u-chen": {"A": "2"}, "u-wang": {"B": "1"}, "u-li": {"A": "3"}, "u-may": {"B": "2"},
        }  # fmt: skip
        assert len([line for line in shop.lines if "王姐 B1" in line]) == 1
        assert [await member.end() for member in (shop.web, shop.worker, shop.gateway)] == [0, 0, 0]


async def test_a_second_worker_stands_by_and_the_desk_is_served(grown: Shop) -> None:
    shop = grown
    other = Member(shop.config, "worker")
    async with running(shop, other):
        await asyncio.gather(*(m.until_ready(shop.session) for m in (shop.gateway, shop.worker, shop.web)))
        await other.start()
        await other.until_ready(shop.session)
        leads = [(await m.ready(shop.session))["broker"]["detail"] for m in (shop.worker, other, shop.web)]
        assert leads == ["nats, leading", "nats", "nats"]
        await shop.open_page()
        await shop.say("u-lead", OPENING)
        await shop.heard("回「开团」发布")
        await shop.worker.kill()
        await shop.say("u-lead", "开团")
        await shop.heard("团1")
        assert (await other.ready(shop.session))["broker"]["detail"] == "nats, leading"
        async with shop.session.get(f"{shop.web.url}desk/") as page:
            assert "text/html" in page.headers["Content-Type"]
        await shop.close_page()
        with pytest.raises(ClientError):
            await shop.worker.ready(shop.session)
        assert await other.end() == 0


async def test_a_worker_that_hung_finds_that_another_one_leads(shop: Shop) -> None:
    other = Member(shop.config, "worker")
    async with running(shop):
        await asyncio.gather(*(m.until_ready(shop.session) for m in (shop.gateway, shop.worker)))
        await other.start()
        try:
            await other.until_ready(shop.session)
            await shop.open_page()
            await shop.say("u-lead", OPENING)
            await shop.heard("回「开团」发布")
            assert shop.worker.process is not None
            shop.worker.process.send_signal(signal.SIGSTOP)
            await shop.say("u-lead", "开团")
            await shop.heard("团1")
            shop.worker.process.send_signal(signal.SIGCONT)
            async with asyncio.timeout(PATIENCE):
                while (await shop.worker.ready(shop.session))["broker"]["detail"] != "nats":  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            for who, text in (("u-chen", "A2"), ("u-wang", "B1")):
                await shop.say(who, text)
            await shop.heard("小陈 A2")
            await shop.heard("王姐 B1")
            await shop.close_page()
            assert shop.booked() == {"u-chen": {"A": "2"}, "u-wang": {"B": "1"}}
            assert len([line for line in shop.lines if "团1" in line]) == 1
        finally:
            await other.kill()


async def test_one_process_over_the_broker_is_the_whole_bot(shop: Shop) -> None:
    whole = shop.gateway = Member(shop.config, "all")
    await whole.start()
    try:
        await whole.until_ready(shop.session)
        await shop.open_page()
        await shop.say("u-lead", OPENING)
        await shop.heard("回「开团」发布")
        await shop.close_page()
        await whole.kill()
        await whole.start()
        await whole.until_ready(shop.session)
        async with shop.session.get(f"{whole.url}metrics") as answer:
            assert "xiaotuan_outbox_waiting" in await answer.text()
        await shop.open_page()
        await shop.say("u-lead", "开团")
        await shop.heard("团1")
        await shop.close_page()
        assert await whole.end() == 0
    finally:
        if whole.process is not None and whole.process.returncode is None:
            await whole.kill()
