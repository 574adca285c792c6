"""The four jobs, end to end: the whole bot on its sample shop, played in the page in Chromium."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from journeys.browser import Phone, Window
from playwright.async_api import Page, expect

from bot.app import App
from bot.config import load_config, override

pytestmark = pytest.mark.browser

PATIENCE = 15_000
"""Milliseconds for an answer: fragments are waited for, and sends are paced."""


class Sample:
    """The sample shop with a data folder of its own, on a free port, hardly paced."""

    def __init__(self, data: Path) -> None:
        changes = {
            "database": f"sqlite:///{data}/xiaotuan.db",
            "data_dir": str(data),
            "digest_seconds": 1,
            "http": {"port": 0},
            "pace": {"seconds_between_sends": 0.1},
        }
        self.config = override(load_config(None, environ={}), changes, data, "config.yaml")
        self.app: App | None = None

    async def start(self) -> str:
        self.app = App(self.config)
        await self.app.start()
        assert self.app.runner is not None
        return self.app.runner.url

    async def stop(self) -> None:
        if self.app is not None:
            await self.app.stop()
            self.app = None


@pytest.fixture
async def sample(tmp_path: Path) -> AsyncIterator[Sample]:
    sample = Sample(tmp_path)
    yield sample
    await sample.stop()


@pytest.fixture
async def page(sample: Sample, window: Window) -> Page:
    page = await window.open(await sample.start())
    # At nine in the morning agents are there and nothing is quiet.
    await page.get_by_role("button", name="到明早9点").click()
    await expect(page.locator("#now")).to_contain_text("09:00")
    return page


def phones(page: Page) -> tuple[Phone, Phone, Phone]:
    buyer, leader, agent = (Phone(page, who) for who in ("买家 小陈", "团长 小美", "客服 小周"))
    return buyer, leader, agent


async def answered(phone: Phone, *words: str) -> None:
    """The bot has said one thing that holds all of these words."""
    said = phone.root.locator("li.line.bot")
    for word in words:
        said = said.filter(has_text=word)
    await expect(said.last).to_be_visible(timeout=PATIENCE)


async def opened(leader: Phone) -> None:
    """The leader sends the paragraph that the page proposes, and confirms."""
    await leader.root.get_by_role("button", name="开团…").click()
    await leader.text.press("Enter")
    await answered(leader, "红颜草莓", "39.9")
    await leader.root.get_by_role("button", name="开团", exact=True).click()
    await answered(leader, "团1")


async def test_a_product_question_is_answered_from_the_catalogue(page: Page):
    buyer, leader, _ = phones(page)
    await opened(leader)

    await buyer.root.get_by_role("button", name="草莓甜吗").click()

    await answered(buyer, "糖度12-13")
    await buyer.act("草莓甜吗", "为什么")
    drawer = page.get_by_role("complementary", name="为什么这么回")
    await expect(drawer.get_by_role("listitem").first).to_contain_text("问商品")
    await expect(drawer.get_by_role("listitem").first).to_contain_text("红颜草莓")


async def test_sign_ups_are_counted_and_listed(page: Page):
    buyer, leader, _ = phones(page)
    await opened(leader)

    await buyer.say("A+1")
    await answered(buyer, "小陈")
    await buyer.say("改成3份")
    await answered(buyer, "小陈 A3")
    await leader.root.get_by_role("button", name="名单").click()

    await answered(leader, "#接龙", "小陈：A3盒")


async def test_a_deal_is_posted_at_its_time(page: Page):
    _, leader, _ = phones(page)
    await leader.say("明天10点发：今天到了新鲜的脐橙")
    await answered(leader, "10:00")

    await page.get_by_role("button", name="到明早9点").click()
    for _ in range(3):
        await page.get_by_role("button", name="快进30分钟").click()

    await expect(leader.lines.filter(has_text="今天到了新鲜的脐橙").last).to_have_class(
        "line theirs bot", timeout=PATIENCE
    )


async def test_a_complaint_goes_to_an_agent_and_back(page: Page):
    buyer, _, agent = phones(page)

    await buyer.root.get_by_role("button", name="草莓烂了一半").click()
    await answered(buyer, "小陈")
    await answered(agent, "A101", "小陈")
    await agent.root.get_by_role("button", name="接单").click()
    await agent.say("A101 您好，给您退一半可以吗")
    await buyer.root.get_by_role("navigation").get_by_role("button", name="小团").click()
    await answered(buyer, "给您退一半可以吗")
    await buyer.say("可以的")
    await answered(agent, "可以的")
    await agent.root.get_by_role("button", name="解决").click()

    await answered(buyer, "A101", "满意")


async def test_chatter_is_met_with_silence(page: Page):
    buyer, _, _ = phones(page)

    await page.get_by_role("button", name="闲聊一会儿").click()

    await expect(buyer.lines).to_have_count(10, timeout=2 * PATIENCE)
    await asyncio.sleep(3)
    await expect(buyer.root.locator("li.line.bot")).to_have_count(0)


async def test_a_second_start_keeps_the_data(sample: Sample, window: Window):
    page = await window.open(await sample.start())
    buyer, leader, _ = phones(page)
    await opened(leader)
    await buyer.say("A+1")
    await answered(buyer, "小陈")
    await sample.stop()
    await page.close()

    page = await window.open(await sample.start())
    buyer, leader, _ = phones(page)
    await expect(buyer.line("A+1")).to_be_visible()
    await leader.root.get_by_role("button", name="名单").click()

    await answered(leader, "1. 小陈")
