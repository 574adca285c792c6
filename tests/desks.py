"""The web desk over a shop of `chat`, with browsers that are plain HTTP clients."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from chat import Shop
from prometheus_client import CollectorRegistry
from yarl import URL

from bot.desk import _words
from bot.server import Check, Readiness, build_server
from console.api.app import build_api
from console.app import build_desk, prepare
from console.live import Hub
from console.origin import COOKIE
from console.parts import Desk, Simulated
from console.passwords import Passwords
from storage.accounts import Account, DeskSession, add_account, deeds, hashed
from storage.database import upsert
from storage.ids import token

PASSWORD = "correct horse battery"
_hashes: list[str] = []


async def _hashed() -> str:
    """argon2 takes its time; once is enough."""
    if not _hashes:
        _hashes.append(await Passwords().hashed(PASSWORD))
    return _hashes[0]


class Office:
    """A desk that is open, on a port of its own."""

    def __init__(self, shop: Shop, simulated: Sequence[Simulated] = ()) -> None:
        self.shop = shop
        self.hub = Hub()
        self.skew = timedelta(0)
        self.desk = Desk(
            shop=lambda: shop.worker.shop,
            command=self._command,
            now=lambda: shop.now,
            wall=lambda: shop.now + self.skew,
            words=_words,
            secret=b"s" * 32,
            health=self._health,
            simulated=simulated,
        )
        self.pages = build_desk(self.desk, self.hub)
        self.api = build_api(self.desk)
        self.server: TestServer | None = None
        self.first_link: str | None = None
        self._browsers: list[Browser] = []

    async def _command(self, name: str, data: Any) -> Any:
        return await self.shop.command(name, data)

    async def _health(self) -> Mapping[str, Any]:
        return {"database": {"ok": True, "detail": ""}, "broker": {"ok": True, "detail": ""}, "channels": {}}

    async def open(self) -> "Office":
        async def ready() -> Readiness:
            return Readiness(database=Check(ok=True), broker=Check(ok=True))

        app = build_server(
            state=ready, metrics=CollectorRegistry(), apps={"desk": self.pages, "api": self.api}
        )
        self.first_link = await prepare(self.desk)
        self.follow()
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    def follow(self) -> None:
        """A restarted worker has to be watched anew."""
        self.shop.worker.watchers.append(self.hub.kept)

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.http.close()
        if self.server is not None:
            await self.server.close()

    async def account(
        self, login: str, role: str, *, rooms: Sequence[str] = (), person: str | None = None
    ) -> str:
        """Somebody who can sign in with the password of all tests."""
        account = Account(
            tenant_id=self.desk.tenant,
            id=f"acc-{login}",
            login=login,
            name=login,
            role=role,
            rooms=list(rooms),
            password=await _hashed(),
            created_at=self.desk.wall(),
        )
        assert await self.desk.run(lambda connection: add_account(connection, account))
        if person is not None:
            await self.shop.command("binding.set", {"account": account.id, "person": person})
        return account.id

    def browser(self) -> "Browser":
        """One that nobody has signed in with yet."""
        browser = Browser(self)
        self._browsers.append(browser)
        return browser

    async def signed_in(self, login: str, role: str = "agent", **about: Any) -> "Browser":
        """A browser in which somebody new is signed in; without the form, whose hashing takes its time."""
        account_id = await self.account(login, role, **about)
        browser, secret, now = self.browser(), token(32), self.desk.wall()
        row = DeskSession(
            tenant_id=self.desk.tenant,
            id=hashed(secret),
            account_id=account_id,
            started_at=now,
            seen_at=now,
        )
        await self.desk.run(lambda connection: upsert(connection, DeskSession, [row]))
        browser.http.cookie_jar.update_cookies({COOKIE: secret}, URL(browser.url("/")))
        assert (await browser.get("/desk/")).status == 200
        return browser

    async def deeds(self) -> list[tuple[str, str, str]]:
        """The record: who, what, about what; oldest first."""
        found = await self.desk.run(lambda connection: deeds(connection, self.desk.tenant, None, 500))
        return [(row.who, row.action, row.subject) for row in reversed(found)]

    def routes(self, app: web.Application) -> list[tuple[str, str]]:
        """Method and address of every route, with values where an address has names."""
        values = {"number": "101", "id": "acc-x", "secret": "s" * 32, "file": "desk.css", "kind": "csv"}
        values["photo"] = "0" * 32 + ".jpg"
        found = []
        for route in app.router.routes():
            if route.method == "HEAD" or route.resource is None:
                continue
            info = route.resource.get_info()
            path = info.get("path") or info["formatter"]
            found.append((route.method, path.format(**values)))
        return found


class Browser:
    """Cookies, and the token of the page that was looked at last."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.http = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.token = ""

    def url(self, path: str) -> str:
        assert self.office.server is not None
        return str(self.office.server.make_url(path))

    @property
    def origin(self) -> str:
        return self.url("/").rstrip("/")

    async def get(self, path: str, **more: Any) -> ClientResponse:
        headers = {"Accept": "text/html", **more.pop("headers", {})}
        response = await self.http.get(self.url(path), headers=headers, **more)
        text = await response.text() if response.content_type == "text/html" else ""
        found = re.search(r'data-token="([0-9a-f]+)"', text)
        self.token = found[1] if found else self.token
        return response

    async def read(self, path: str) -> str:
        response = await self.get(path)
        assert response.status == 200, (path, response.status)
        return await response.text()

    async def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, script: bool = True, **more: Any
    ) -> ClientResponse:
        """As a form of the page, or as its script."""
        headers = {"Origin": self.origin, "Accept": "application/json" if script else "text/html"}
        headers |= more.pop("headers", {})
        form = {"token": self.token, **(data or {})}
        return await self.http.post(self.url(path), data=form, headers=headers, **more)

    async def act(self, path: str, **data: Any) -> str:
        """Do something that must succeed; what is said about it."""
        response = await self.post(path, data)
        answer = await response.json()
        assert answer["ok"], answer
        return answer["said"]

    async def refused(self, path: str, **data: Any) -> str:
        """Do something that must be refused; the words."""
        response = await self.post(path, data)
        answer = await response.json()
        assert not answer["ok"], answer
        return answer["refused"]

    async def sign_in(self, login: str, password: str = PASSWORD, **more: Any) -> ClientResponse:
        await self.get("/desk/sign-in")
        response = await self.post(
            "/desk/sign-in", {"login": login, "password": password}, script=False, **more
        )
        if response.status == 200:
            await self.get("/desk/")
        return response
