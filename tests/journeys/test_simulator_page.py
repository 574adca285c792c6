"""The simulator's page in a real Chromium, with a small bot that answers a few words."""

import asyncio
import re

import pytest
from journeys.browser import Phone
from playwright.async_api import expect
from prometheus_client import CollectorRegistry

from bot.channels import Event, Incoming, Outgoing, Recalled
from bot.channels.page import simulator_page
from bot.channels.simulator import SimulatorChannel
from bot.clock import MovableClock
from bot.server import Check, Readiness, Runner, build_server, serve

pytestmark = pytest.mark.browser


async def ready() -> Readiness:
    return Readiness(database=Check(ok=True), broker=Check(ok=True))


class Stage:
    """A page, with a bot that answers 草莓, whispers at 人工, and is silent otherwise."""

    def __init__(self) -> None:
        self.channel = SimulatorChannel(clock=MovableClock())
        self.heard: list[Event] = []
        self.runner: Runner | None = None

    async def open(self, port: int = 0) -> str:
        server = build_server(
            state=ready,
            metrics=CollectorRegistry(),
            apps={"simulator": simulator_page(self.channel)},
        )
        await self.channel.start(self.deliver)
        self.runner = await serve(server, "127.0.0.1", port)
        return self.runner.url

    async def close(self) -> None:
        await self.channel.stop()
        if self.runner is not None:
            await self.runner.stop()

    async def deliver(self, event: Event) -> None:
        self.heard.append(event)
        if not isinstance(event, Incoming):
            return
        private = event.room is None
        said = Outgoing(key="k", room=event.room, to=event.sender if private else None, text="")
        if "草莓" in event.text:
            why = {"answered": True, "intent": "product_question", "confidence": 0.93}
            self.channel.explain(event.id, why | {"product": "红颜草莓", "rule": "问得清楚"})
            mentions = {} if private else {event.sender: event.name}
            await self.channel.send(_with(said, text="<b>糖度</b> 12", mentions=mentions))
        elif "人工" in event.text:
            await self.channel.send(Outgoing(key="k", to=event.sender, text="小周马上来"))
            await self.channel.send(Outgoing(key="k", room="r-agents", text="A107 小陈 找人工"))
        else:
            self.channel.explain(event.id, {"answered": False, "intent": "chitchat"})

    def said(self) -> list[Incoming]:
        return [event for event in self.heard if isinstance(event, Incoming)]


def _with(message: Outgoing, **changes) -> Outgoing:
    names = ("key", "room", "to", "text", "mentions")
    return Outgoing(**{name: getattr(message, name) for name in names} | changes)


@pytest.fixture
async def stage():
    stage = Stage()
    yield stage
    await stage.close()


async def test_three_people_see_one_group_and_the_bot_answers_in_it(stage, window):
    page = await window.open(await stage.open())
    buyer, leader, agent = (Phone(page, who) for who in ("买家 小陈", "团长 小美", "客服 小周"))

    await buyer.say("草莓甜吗")

    for phone in (buyer, leader):
        await expect(phone.line("草莓甜吗")).to_be_visible()
        await expect(phone.lines.last).to_contain_text("@小陈\u2005<b>糖度</b> 12")
    await expect(buyer.line("草莓甜吗")).to_have_class(re.compile("mine"))
    await expect(leader.line("草莓甜吗")).to_have_class(re.compile("theirs"))
    await expect(buyer.line("糖度").locator(".mention")).to_have_text("@小陈")
    await expect(agent.lines).to_have_count(0)


async def test_what_is_private_stays_private_and_is_counted_as_unread(stage, window):
    page = await window.open(await stage.open())
    buyer, leader, agent = (Phone(page, who) for who in ("买家 小陈", "团长 小美", "客服 小周"))

    await buyer.root.get_by_role("button", name="人工", exact=True).click()

    await expect(agent.line("A107")).to_be_visible()
    private = buyer.root.get_by_role("navigation").get_by_role("button", name="小团")
    await expect(private).to_contain_text("1")
    await expect(leader.line("小周马上来")).to_have_count(0)
    await private.click()
    await expect(buyer.line("小周马上来")).to_be_visible()
    await expect(private).to_have_text("小团")
    await agent.root.get_by_role("button", name="接单").click()
    await expect(agent.line("接 A107")).to_be_visible()


async def test_enter_does_not_send_while_an_input_method_composes(stage, window):
    page = await window.open(await stage.open())
    buyer = Phone(page, "买家 小陈")
    await buyer.text.focus()
    keyboard = await page.context.new_cdp_session(page)

    await keyboard.send("Input.imeSetComposition", {"text": "caomei", "selectionStart": 6, "selectionEnd": 6})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    await keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown"} | enter)
    await keyboard.send("Input.insertText", {"text": "来一份"})
    await expect(buyer.text).to_have_value("来一份")
    assert stage.said() == []

    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("谢谢")
    await page.keyboard.press("Enter")
    await expect(buyer.line("来一份")).to_be_visible()
    assert [heard.text for heard in stage.said()] == ["来一份\n谢谢"]
    await expect(buyer.text).to_have_value("")


async def test_a_mention_is_chosen_with_the_keyboard(stage, window):
    page = await window.open(await stage.open())
    buyer = Phone(page, "买家 小陈")

    await buyer.text.press_sequentially("@小")
    names = buyer.root.get_by_role("listbox", name="提到谁").get_by_role("option")
    await expect(names).to_have_text(["小团", "小美"])
    await buyer.text.press("ArrowDown")
    await expect(names.nth(1)).to_have_attribute("aria-selected", "true")
    await buyer.text.press("ArrowUp")
    await buyer.text.press("Enter")
    await expect(buyer.text).to_have_value("@小团\u2005")
    await buyer.text.press_sequentially("在吗")
    await buyer.text.press("Enter")

    await expect(buyer.line("在吗")).to_be_visible()
    assert stage.said()[0].mentions == ("bot",)


async def test_quotes_recalls_and_other_kinds(stage, window):
    page = await window.open(await stage.open())
    buyer, leader = Phone(page, "买家 小陈"), Phone(page, "团长 小美")

    await leader.say("明天开团")
    await buyer.act("明天开团", "引用")
    await buyer.say("我要两份")
    await expect(buyer.line("我要两份").locator(".quoted")).to_have_text("小美：明天开团")
    await buyer.act("我要两份", "撤回")
    await expect(leader.root.get_by_text("小陈撤回了一条消息")).to_be_visible()
    await expect(buyer.root.get_by_text("你撤回了一条消息")).to_be_visible()
    await expect(leader.line("明天开团").get_by_role("button", name="撤回")).to_have_count(1)
    await expect(buyer.line("明天开团").get_by_role("button", name="撤回")).to_have_count(0)

    await buyer.root.get_by_role("button", name="说语音").click()
    await buyer.root.get_by_role("textbox").fill("要两箱")
    await buyer.text.press("Enter")
    await expect(leader.line("要两箱").locator(".voice-bar")).to_be_visible()
    await buyer.root.locator("summary").click()
    await buyer.root.get_by_role("button", name="图片").click()
    await expect(leader.root.get_by_role("img", name="图片")).to_be_visible()

    said = stage.said()
    assert said[1].quote.text == "明天开团"
    assert [(heard.kind, heard.transcript) for heard in said[2:]] == [
        ("voice", "要两箱"),
        ("image", None),
    ]
    [recalled] = [event for event in stage.heard if isinstance(event, Recalled)]
    assert recalled.message == said[1].id


async def test_a_list_is_continued_by_one_line(stage, window):
    page = await window.open(await stage.open())
    buyer, leader = Phone(page, "买家 小陈"), Phone(page, "团长 小美")
    await leader.say("#接龙\n周六草莓\n\n1. 小美 2盒")

    await expect(buyer.line("#接龙")).to_be_visible()
    await buyer.root.locator("summary").click()
    await buyer.root.get_by_role("button", name="接龙", exact=True).click()
    form = page.get_by_role("dialog", name="群接龙")
    await expect(form.get_by_role("textbox")).to_have_value("#接龙\n周六草莓\n\n1. 小美 2盒\n2. 小陈 1份")
    await form.get_by_role("button", name="取消").click()
    assert len(stage.said()) == 1
    await buyer.root.locator("summary").click()
    await buyer.root.get_by_role("button", name="接龙", exact=True).click()
    await form.get_by_role("button", name="发到群里").click()

    await expect(leader.line("2. 小陈 1份")).to_be_visible()
    assert stage.said()[1].kind == "group_note"


async def test_the_drawer_says_why(stage, window):
    page = await window.open(await stage.open())
    buyer = Phone(page, "买家 小陈")
    await buyer.say("今天好热")
    await buyer.say("草莓甜吗")
    await expect(buyer.line("糖度")).to_be_visible()

    await buyer.act("草莓甜吗", "为什么")

    drawer = page.get_by_role("complementary", name="为什么这么回")
    await expect(drawer).to_contain_text("回应 1 条，沉默 1 条")
    answered, silent = await drawer.get_by_role("listitem").all()
    for word in ("回应", "问商品", "红颜草莓", "93%", "问得清楚"):
        await expect(answered).to_contain_text(word)
    await expect(silent).to_contain_text("沉默")
    await expect(silent).to_contain_text("闲聊")
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()


async def test_the_clock_moves_and_the_neighbours_chat(stage, window):
    page = await window.open(await stage.open())
    buyer = Phone(page, "买家 小陈")
    await page.get_by_role("button", name="到明早9点").click()
    await expect(page.locator("#now")).to_contain_text("09:00")
    await page.get_by_role("button", name="快进30分钟").click()
    await expect(page.locator("#now")).to_contain_text("09:30")

    await page.get_by_role("button", name="闲聊一会儿").click()

    await expect(buyer.lines).to_have_count(10, timeout=20_000)
    assert len({heard.sender for heard in stage.said()}) > 3


async def test_a_reload_and_a_restart_lose_nothing(stage, window):
    url = await stage.open()
    page = await window.open(url)
    buyer = Phone(page, "买家 小陈")
    await buyer.say("草莓甜吗")
    await expect(buyer.line("糖度")).to_be_visible()
    await buyer.root.get_by_role("combobox", name="扮演谁").select_option(label="买家 王姐")

    await page.reload()
    other = Phone(page, "买家 王姐")
    await expect(other.line("糖度")).to_be_visible()

    await stage.close()
    await expect(page.locator("#net")).to_be_visible()
    await other.say("还在吗")
    await expect(page.get_by_text("会自动发出")).to_be_visible()
    await stage.open(int(url.rstrip("/").rpartition(":")[2]))
    await expect(other.line("还在吗")).to_be_visible()
    await expect(page.locator("#net")).to_be_hidden()
    assert [heard.text for heard in stage.said()] == ["草莓甜吗", "还在吗"]


async def test_on_a_small_screen_one_phone_is_seen_and_the_others_count(stage, window):
    page = await window.open(await stage.open(), width=390, height=844, color_scheme="dark")
    buyer, leader = Phone(page, "买家 小陈"), Phone(page, "团长 小美")
    await expect(buyer.root).to_be_visible()
    await expect(leader.root).to_be_hidden()

    await buyer.say("草莓甜吗")
    await expect(buyer.line("糖度")).to_be_visible()
    switch = page.get_by_role("navigation", name="看谁的手机").get_by_role("button", name="小美")
    await expect(switch).to_contain_text("2")
    await switch.click()

    await expect(leader.line("糖度")).to_be_visible()
    await expect(buyer.root).to_be_hidden()
    overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert await page.evaluate(overflow) is False
    dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", dark)) < 40


async def test_names_and_texts_are_text_and_never_markup(stage, window):
    page = await window.open(await stage.open())
    buyer, leader = Phone(page, "买家 小陈"), Phone(page, "团长 小美")
    await buyer.say("<img src=x onerror=alert(1)>\u202e反的")
    await leader.act("onerror", "引用")
    await leader.say("**粗** <script>alert(2)</script>")

    await expect(buyer.line("alert(2)")).to_be_visible()
    await asyncio.sleep(0.1)
    assert await page.locator(".log img, .log script").count() == 0
