"""The server: alive, ready or not, its metrics, its headers, and what `/` shows."""

import asyncio

import pytest
from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry, Counter

import bot.server
from bot.server import HOME, Check, PortTaken, Readiness, build_server, serve

GOOD = Readiness(database=Check(ok=True), broker=Check(ok=True), channels={"sim": Check(ok=True)})


async def good() -> Readiness:
    return GOOD


def page(text: str) -> web.Application:
    async def front(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text)

    app = web.Application()
    app[HOME] = front
    app.router.add_get("/", front)
    return app


class Served:
    """Starts servers on free ports, stops them, and asks them."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session
        self.runners = []

    async def start(self, *, state=good, metrics=None, apps=None) -> str:
        server = build_server(state=state, metrics=metrics or CollectorRegistry(), apps=apps or {})
        runner = await serve(server, "127.0.0.1", 0)
        self.runners.append(runner)
        return runner.url

    async def get(self, url: str):
        async with self.session.get(url, allow_redirects=False) as response:
            await response.read()
            return response


@pytest.fixture
async def served():
    async with ClientSession() as session:
        served = Served(session)
        yield served
        for runner in served.runners:
            await runner.stop()


async def test_it_is_live(served):
    response = await served.get(await served.start() + "healthz")

    assert response.status == 200
    assert (await response.json())["live"] is True


async def test_it_is_ready_when_everything_is(served):
    response = await served.get(await served.start() + "readyz")

    assert response.status == 200
    assert await response.json() == {
        "ready": True,
        "database": {"ok": True, "detail": ""},
        "broker": {"ok": True, "detail": ""},
        "channels": {"sim": {"ok": True, "detail": ""}},
    }


@pytest.mark.parametrize("broken", ["database", "broker", "channels"])
async def test_it_is_not_ready_when_any_part_is_down(served, broken):
    down = Check(ok=False, detail="gone")
    parts = {"database": GOOD.database, "broker": GOOD.broker, "channels": GOOD.channels}
    parts[broken] = {"sim": GOOD.channels["sim"], "wx": down} if broken == "channels" else down

    async def state() -> Readiness:
        return Readiness(**parts)

    response = await served.get(await served.start(state=state) + "readyz")

    assert response.status == 503
    body = await response.json()
    assert body["ready"] is False
    assert "gone" in str(body[broken])


async def test_it_is_not_ready_when_that_cannot_be_found_out(served, monkeypatch):
    async def fails() -> Readiness:
        raise OSError("no route to host")

    async def hangs() -> Readiness:
        await asyncio.Event().wait()
        return GOOD

    monkeypatch.setattr(bot.server, "SECONDS_FOR_READINESS", 0.05)
    failing = await served.get(await served.start(state=fails) + "readyz")
    hanging = await served.get(await served.start(state=hangs) + "readyz")

    assert (failing.status, hanging.status) == (503, 503)
    assert (await failing.json())["detail"] == "no route to host"
    assert (await hanging.json())["detail"] == "TimeoutError"


async def test_metrics_are_for_prometheus(served):
    registry = CollectorRegistry()
    Counter("messages", "Taken in.", registry=registry).inc(3)

    response = await served.get(await served.start(metrics=registry) + "metrics")

    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert "messages_total 3.0" in await response.text()


@pytest.mark.parametrize("path", ["", "healthz", "readyz", "metrics", "desk/", "nothing"])
async def test_every_answer_has_the_security_headers(served, path):
    response = await served.get(await served.start(apps={"desk": page("台")}) + path)

    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"


async def test_the_simulator_is_the_front_page_where_there_is_one(served):
    url = await served.start(apps={"desk": page("台"), "simulator": page("群")})

    assert await (await served.get(url)).text() == "群"
    assert await (await served.get(url + "simulator/")).text() == "群"
    assert await (await served.get(url + "desk/")).text() == "台"


async def test_without_a_simulator_the_front_page_leads_to_the_desk(served):
    app = web.Application()
    to_desk = await served.get(await served.start(apps={"desk": app}))
    to_nothing = await served.get(await served.start())

    assert (to_desk.status, to_desk.headers["Location"]) == (302, "/desk/")
    assert to_nothing.status == 200


async def test_a_taken_port_is_one_line_that_says_what_to_do(served):
    url = await served.start()
    port = int(url.rstrip("/").rpartition(":")[2])
    server = build_server(state=good, metrics=CollectorRegistry(), apps={})

    with pytest.raises(PortTaken) as taken:
        await serve(server, "127.0.0.1", port)

    assert str(taken.value).startswith(f"http: 127.0.0.1:{port} is taken: ")
    assert "http.port" in str(taken.value)
    assert "\n" not in str(taken.value)
    assert (taken.value.host, taken.value.port) == ("127.0.0.1", port)


async def test_an_address_of_another_machine_may_not_be_used():
    server = build_server(state=good, metrics=CollectorRegistry(), apps={})

    with pytest.raises(PortTaken, match=r"192\.0\.2\.1:8080 may not be used"):
        await serve(server, "192.0.2.1", 8080)


async def test_stopping_twice_is_harmless():
    server = build_server(state=good, metrics=CollectorRegistry(), apps={})
    runner = await serve(server, "127.0.0.1", 0)

    await runner.stop()
    await runner.stop()

    async with ClientSession() as session:
        with pytest.raises(OSError, match="Cannot connect"):
            await session.get(runner.url)
