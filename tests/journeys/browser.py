"""A real Chromium for the journeys; without one they are skipped, or fail where CI=true."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest

try:
    from axe_playwright_python.async_playwright import Axe
    from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright
except ImportError:  # pragma: no cover
    async_playwright = None

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "needs Chromium and Chinese fonts (Debian: apt install chromium fonts-noto-cjk)"

# Chromium's own traffic is off: a journey talks to the page under test and to nothing else.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where Chromium is. Skips the test, or under CI fails it, where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found and async_playwright:
        return found
    if os.getenv("CI") == "true":
        pytest.fail(HOW, pytrace=False)
    pytest.skip(HOW)


@pytest.fixture
async def browser() -> "AsyncIterator[Browser]":
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def window(browser: "Browser") -> "AsyncIterator[Window]":
    window = Window(browser)
    yield window
    assert window.errors == []


class Window:
    """Opens pages, and remembers whatever they complain about."""

    def __init__(self, browser: "Browser") -> None:
        self.browser = browser
        self.errors: list[str] = []

    async def open(self, url: str, *, width: int = 1440, height: int = 860, **options) -> "Page":
        """A page in a context of its own; `options` are those of Playwright's new_context."""
        context: BrowserContext = await self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)
        await page.goto(url)
        return page

    def _listen(self, message) -> None:
        # A server that is stopped on purpose makes the socket complain; anything else is a fault.
        if message.type in ("error", "warning") and "WebSocket connection" not in message.text:
            self.errors.append(message.text)


async def faults_of(page: "Page") -> list[str]:
    """What axe finds wrong with a page, as a line each."""
    found = await Axe().run(page)
    assert found.response["passes"], "axe looked at nothing"
    return [
        f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html'][:120]}"
        for fault in found.response["violations"]
    ]


class Phone:
    """One of the phones of the simulator's page, found by whose it is."""

    def __init__(self, page: "Page", owner: str) -> None:
        self.root = page.get_by_role("region", name=f"{owner} 的手机")
        self.text = self.root.get_by_role("textbox", name="说点什么")
        self.lines = self.root.locator("li.line")

    def line(self, text: str) -> "Locator":
        return self.lines.filter(has_text=text).last

    async def say(self, text: str) -> None:
        await self.text.fill(text)
        await self.text.press("Enter")

    async def act(self, text: str, button: str) -> None:
        await self.line(text).hover()
        await self.line(text).get_by_role("button", name=button).first.click()
