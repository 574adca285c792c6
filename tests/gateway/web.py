"""The web desk of a bot that runs as a process of its own, seen through a plain HTTP client."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, CookieJar
from gateway.whole import Bot

PASSWORD = "correct horse battery"


class WebDesk:
    """Somebody at the desk; the address is that of the bot's latest start."""

    def __init__(self, bot: Bot, http: ClientSession) -> None:
        self.bot, self.http, self.token = bot, http, ""

    @property
    def address(self) -> str:
        """Where the desk is now."""
        found = re.search(r"is running at (http://\S+?)/ ", self.bot.log())
        assert found is not None
        return found[1]

    async def read(self, path: str) -> str:
        """A page."""
        async with self.http.get(self.address + path, headers={"Accept": "text/html"}) as response:
            assert response.status == 200, (path, response.status)
            text = await response.text()
        found = re.search(r'data-token="([0-9a-f]+)"', text)
        self.token = found[1] if found else self.token
        return text

    async def picture(self, path: str) -> bytes:
        """A picture of a page."""
        async with self.http.get(self.address + path) as response:
            assert response.status == 200, (path, response.status)
            return await response.read()

    async def post(self, path: str, **form: Any) -> str:
        """A form sent as a browser sends it; the page that comes back."""
        headers = {"Origin": self.address, "Accept": "text/html"}
        data = {"token": self.token, **form}
        async with self.http.post(self.address + path, data=data, headers=headers) as response:
            text = await response.text()
            assert response.status == 200, (path, response.status, text[-500:])
        found = re.search(r'data-token="([0-9a-f]+)"', text)
        self.token = found[1] if found else self.token
        return text

    async def act(self, path: str, **form: Any) -> dict[str, Any]:
        """A form sent by the page's script; what was answered."""
        headers = {"Origin": self.address, "Accept": "application/json"}
        data = {"token": self.token, **form}
        async with self.http.post(self.address + path, data=data, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def first_sign_in(self) -> None:
        """With the link that the bot printed when it started."""
        found = re.search(r"set a password at http://[^/]+(/desk/welcome/\S+)", self.bot.log())
        assert found is not None, self.bot.log()[-2000:]
        await self.read(found[1])
        await self.post(found[1], login="boss", name="老板", password=PASSWORD)

    async def sign_in(self, login: str) -> None:
        """With a password."""
        await self.read("/desk/sign-in")
        await self.post("/desk/sign-in", login=login, password=PASSWORD)


@asynccontextmanager
async def visitor(bot: Bot) -> AsyncIterator[WebDesk]:
    """A browser of its own."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        yield WebDesk(bot, http)
