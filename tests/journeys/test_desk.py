"""The web desk in a real Chromium: a complaint's whole way, the keys, and words that look like script."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from chat import Shop
from desks import Office
from journeys.browser import Phone, Window, faults_of
from journeys.test_four_jobs import PATIENCE, Sample, answered, opened, phones
from payloads import payloads
from playwright.async_api import Browser, Page, expect

from console.origin import COOKIE
from storage.accounts import Account
from storage.catalogue import Product
from storage.deals import Deal
from storage.group_buys import GroupBuy, SignUp
from storage.people import Person, Room
from storage.questions import Question
from storage.rows import Row
from storage.tickets import Ticket, TicketLine

pytestmark = pytest.mark.browser


@pytest.fixture
async def sample(tmp_path: Path) -> AsyncIterator[Sample]:
    sample = Sample(tmp_path)
    yield sample
    await sample.stop()


async def at_the_desk(window: Window, url: str, who: str, **options: Any) -> Page:
    """The desk, signed in as one of the simulator's people by one click."""
    desk = await window.open(f"{url}desk/", **options)
    await desk.get_by_role("button", name=who).click()
    await ready(desk)
    return desk


async def ready(desk: Page) -> None:
    """The page's modules listen to the keys."""
    await desk.wait_for_selector("body[data-ready]")


async def in_private(buyer: Phone) -> None:
    await buyer.root.get_by_role("navigation").get_by_role("button", name="小团").click()


async def test_a_complaint_from_the_group_to_the_desk_and_back(sample: Sample, window: Window) -> None:
    url = await sample.start()
    page = await window.open(url)
    await page.get_by_role("button", name="到明早9点").click()
    buyer, leader, _ = phones(page)
    await opened(leader)
    await buyer.say("A2")
    await answered(buyer, "小陈", "A2")
    desk = await at_the_desk(window, url, "客服主管 小周")
    await expect(desk.get_by_text("没有要处理的工单")).to_be_visible()

    await buyer.say("草莓烂了一半，怎么办")
    await expect(desk.locator(".case")).to_contain_text("红颜草莓 坏损", timeout=PATIENCE)
    await expect(desk.locator(".case .sla")).to_contain_text("还剩")
    await desk.keyboard.press("j")
    await desk.keyboard.press("Enter")
    await desk.wait_for_url("**/tickets/101")
    await ready(desk)
    log, facts = desk.get_by_role("log"), desk.get_by_role("complementary")
    await expect(log).to_contain_text("以上是反馈前的群聊")
    await expect(facts).to_contain_text("红颜草莓 2盒")

    await desk.keyboard.press("a")
    await expect(desk.locator("#case-top")).to_contain_text("小周在处理")
    await desk.keyboard.press("n")
    await desk.keyboard.type("同一批")
    await desk.keyboard.press("Control+Enter")
    await expect(log).to_contain_text("内部备注，客户看不到")
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("r")
    await desk.keyboard.type("您好，给您退两盒可以吗")
    await desk.keyboard.press("Control+Enter")
    await expect(log.get_by_text("已送达")).to_be_visible(timeout=PATIENCE)
    await in_private(buyer)
    await answered(buyer, "小周：您好，给您退两盒可以吗")
    await expect(buyer.lines.filter(has_text="同一批")).to_have_count(0)

    await buyer.say("可以的，谢谢")
    await expect(log).to_contain_text("可以的，谢谢", timeout=PATIENCE)
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("e")
    await desk.keyboard.press("e")
    await answered(buyer, "解决了吗", "3没解决")
    await expect(desk.locator("#case-top")).to_contain_text("已完成", timeout=PATIENCE)
    await buyer.say("3")

    await expect(desk.locator("#case-top")).to_contain_text(re.compile("重新处理|处理中"), timeout=PATIENCE)
    await expect(desk.locator(".case")).to_contain_text("A101")


async def test_a_refund_takes_the_leaders_two_clicks(sample: Sample, window: Window) -> None:
    url = await sample.start()
    page = await window.open(url)
    await page.get_by_role("button", name="到明早9点").click()
    buyer, leader, _ = phones(page)
    await opened(leader)
    await buyer.say("A2")
    await answered(buyer, "小陈", "A2")
    await buyer.say("草莓烂了一半，怎么办")
    await answered(buyer, "A101")
    desk = await at_the_desk(window, url, "客服主管 小周")
    await desk.goto(f"{url}desk/tickets/101")
    await ready(desk)
    await desk.get_by_label("金额（元）").fill("39.9")
    await desk.get_by_role("button", name="提议退款").click()
    await desk.get_by_role("button", name="再点一次").click()
    await expect(desk.get_by_text("待团长同意")).to_be_visible()

    boss = await at_the_desk(window, url, "团长 小美")
    await boss.goto(f"{url}desk/tickets/101")
    await ready(boss)
    await boss.get_by_role("button", name="同意", exact=True).click()
    await boss.get_by_role("button", name="确认登记 ¥39.90").click()
    await expect(boss.get_by_text("¥39.90 · 已登记")).to_be_visible()
    await expect(desk.get_by_text("¥39.90 · 已登记")).to_be_visible()
    await in_private(buyer)
    await answered(buyer, "退款 ¥39.9 已登记")


async def test_enter_of_an_input_method_sends_nothing(sample: Sample, window: Window) -> None:
    url = await sample.start()
    page = await window.open(url)
    await page.get_by_role("button", name="到明早9点").click()
    buyer, *_ = phones(page)
    await buyer.say("人工")
    await answered(buyer, "已转")
    desk = await at_the_desk(window, url, "客服主管 小周")
    await desk.goto(f"{url}desk/tickets/101")
    await ready(desk)
    await desk.get_by_label("写什么").focus()
    keyboard = await desk.context.new_cdp_session(desk)
    await keyboard.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "modifiers": 2}
    await keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown"} | enter)
    await asyncio.sleep(0.5)
    await expect(desk.locator("#case-log .agent")).to_have_count(0)
    await desk.get_by_label("写什么").fill("/稍")
    await expect(desk.locator("#canned li")).to_have_count(1)
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_label("写什么")).to_have_value(re.compile("正在核实"))


async def test_a_lead_keeps_a_canned_reply_and_the_slash_finds_it(sample: Sample, window: Window) -> None:
    url = await sample.start()
    page = await window.open(url)
    await page.get_by_role("button", name="到明早9点").click()
    buyer, *_ = phones(page)
    await buyer.say("人工")
    await answered(buyer, "已转")
    desk = await at_the_desk(window, url, "客服主管 小周")
    await desk.get_by_role("link", name="常用语").click()
    await desk.get_by_label("名称").fill("楼下取")
    await desk.get_by_label("内容").last.fill("{称呼}，放{店名}楼下了")
    await desk.get_by_role("button", name="存下").click()
    await expect(desk.get_by_text("/楼下取", exact=True)).to_be_visible()

    await desk.goto(f"{url}desk/tickets/101")
    await ready(desk)
    await desk.keyboard.press("/")
    await expect(desk.get_by_label("写什么")).to_have_value("/")
    await desk.keyboard.type("楼下")
    await expect(desk.locator("#canned li")).to_have_count(1)
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_label("写什么")).to_have_value("小陈，放果园鲜生楼下了")
    await desk.get_by_label("写什么").fill("您好")
    await desk.get_by_role("button", name="常用语").click()
    await desk.get_by_role("option", name="/谢谢").click()
    await expect(desk.get_by_label("写什么")).to_have_value("您好\n谢谢小陈，有问题随时找我们。")

    await desk.goto(f"{url}desk/canned")
    await desk.get_by_text("/楼下取", exact=True).click()
    row = desk.locator("details[open]")
    await row.get_by_role("button", name="删除").click()
    await row.get_by_role("button", name="再点一次").click()
    await expect(desk.get_by_text("/楼下取", exact=True)).to_have_count(0)


async def test_a_customers_picture_is_seen_at_the_desk(sample: Sample, window: Window) -> None:
    url = await sample.start()
    page = await window.open(url)
    await page.get_by_role("button", name="到明早9点").click()
    buyer, leader, _ = phones(page)
    await opened(leader)
    await buyer.say("A2")
    await answered(buyer, "小陈", "A2")
    await buyer.say("草莓烂了一半，怎么办")
    await answered(buyer, "A101")
    desk = await at_the_desk(window, url, "客服主管 小周")
    await desk.goto(f"{url}desk/tickets/101")
    await ready(desk)
    await in_private(buyer)
    await buyer.root.get_by_label("图片和接龙").click()
    await buyer.root.get_by_role("button", name="图片", exact=True).click()
    shot = desk.locator("#case-log .shot img")
    await expect(shot).to_be_visible(timeout=PATIENCE)
    assert await shot.evaluate("(one) => one.complete && one.naturalWidth > 0")


# -- words that look like script ---------------------------------------------------------------------


def everywhere(office: Office, words: list[str]) -> list[Row]:
    """Each of the words as a nickname, a message, a product, a list entry, a question, a post, a room…"""
    tenant, now = office.desk.tenant, office.shop.now
    rows: list[Row] = [
        GroupBuy(
            tenant_id=tenant, number=900, room_id="r1", title=words[0], leader_id="u-lead", opened_at=now
        )
    ]
    for n, word in enumerate(words):
        number = 1000 + n
        common = {"tenant_id": tenant}
        rows += [
            Person(**common, id=f"c{n}", name=word),
            Room(**common, id=f"room{n}", account="x", name=word, served=True),
            Product(**common, id=f"X{n} {word}"[:60], name=word, aliases=[word], facts={"description": word}),
            Ticket(
                **common,
                number=number,
                state="open",
                category="damaged",
                customer_id=f"c{n}",
                room_id=f"room{n}",
                item=word,
                facts={"words": word, "household": word},
                opened_at=now,
                waiting_since=now,
                due_at=now,
                lines=3,
            ),
            *(
                TicketLine(**common, ticket=number, n=i, at=now, kind=kind, name=word, text=word)
                for i, kind in enumerate(("before", "customer", "note", "event"))
            ),
            SignUp(
                **common,
                group_buy=900,
                line=f"c{n}",
                buyer_id=f"c{n}",
                name=word,
                for_name=word,
                household=word,
                remark=word,
                since=now,
                order=n,
            ),
            Question(
                **common,
                number=number,
                room_id="r1",
                home=f"room{n}",
                asker_id=f"c{n}",
                text=word,
                product=word,
                message="m",
                asked_at=now,
                leader_id=f"c{n}",
            ),
            Deal(**common, number=number, room_id=f"room{n}", text=word, created_by="u", created_at=now),
            Account(**common, id=f"a{n}", login=f"l{n}{word}"[:60], name=word, role="agent", created_at=now),
        ]
    return rows


async def stored(office: Office, rows: list[Row]) -> None:
    """Put rows into the store, and have the shop read them from there."""

    def write(connection: Any) -> None:
        for row in rows:
            connection.execute(type(row).table().insert(), [row.values()])

    await office.desk.run(write)
    await office.shop.restart()


async def test_no_word_of_anybody_ever_runs(shop, browser: Browser, prove: bool) -> None:
    words = payloads()
    assert len(words) >= 300
    if not prove:
        words = random.Random(5).sample(words, 24)
    office = await Office(shop).open()
    await stored(office, everywhere(office, words))
    me = await office.signed_in("boss", "admin", person="u-agent")
    secret = next(c.value for c in me.http.cookie_jar if c.key == COOKIE)
    context = await browser.new_context(locale="zh-CN")
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": me.origin}])
    await context.add_init_script(
        "window.__broken = []; addEventListener('securitypolicyviolation',"
        " (event) => window.__broken.push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    page = await context.new_page()
    alarms: list[str] = []
    page.on("dialog", lambda dialog: alarms.append(dialog.message))
    page.on("pageerror", lambda error: alarms.append(str(error)))
    page.on("request", lambda request: _leave(alarms, me.origin, request.url))

    views = [f"?start={start}" for start in range(0, len(words), 50)]
    catalogue = [f"products?start={start}" for start in range(0, len(words) + 5, 100)]
    cases = [f"tickets/{1000 + n}" for n in range(len(words))]
    others = (
        "group-buys",
        "group-buys/900",
        "deals",
        "questions",
        "reports",
        "accounts",
        "accounts/a0",
        "audit",
        "health",
    )
    searches = [f"?q={_quoted(word)}" for word in words[:12]]
    for path in [*views, *catalogue, *others, *searches, *cases]:
        await page.goto(f"{me.origin}/desk/{path}")
        await page.wait_for_function("document.readyState === 'complete'")
        state = await page.evaluate(
            "({ran: window.__ran, broken: window.__broken,"
            " scripts: [...document.scripts].filter((one) => !one.src || one.textContent).length,"
            " strange: document.querySelectorAll('iframe, object, embed, base, math, video, main script').length})"
        )
        assert state == {"ran": None, "broken": [], "scripts": 0, "strange": 0}, (path, state)
    assert alarms == []

    # What comes in live is put in by script: the same words once more.
    await page.goto(f"{me.origin}/desk/tickets/1000")
    await ready(page)
    await page.keyboard.press("r")
    for word in words[:8]:
        await page.get_by_label("写什么").fill(word[:400])
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#case-log .agent").last).to_contain_text(word[:20])
    assert await page.evaluate("[window.__ran, window.__broken]") == [None, []]
    assert alarms == []
    await context.close()
    await office.close()


def _quoted(text: str) -> str:
    return quote(text[:60])


def _leave(alarms: list[str], origin: str, url: str) -> None:
    if not url.startswith((origin, "data:")):
        alarms.append(f"asked for {url}")


async def busy(shop: Shop) -> None:
    """Something on every page: a case with notes and a proposal, one that is late, one that is done."""
    await shop.opens("周六水果⏎A 红颜草莓 39.9元/盒⏎B 土鸡蛋 28.8元/板⏎今天11:00截止，1盒成团，3号楼自提")
    for who, words in (("小陈", "A2 B1"), ("王姐", "A1")):
        await shop.say(who, words)
    await shop.until(11)
    for who, words, room in (
        ("小陈", "草莓烂了一盒，退款", "r1"),
        ("客服小周", "A101 // 老客户", "r-agents"),
        ("客服小周", "A101 您好，给您退一盒", "r-agents"),
        ("客服小周", "A101 退 39.9", "r-agents"),
        ("王姐", "孩子吃了草莓过敏了", None),
        ("老周", "人工", None),
        ("客服小吴", "A103 好了", "r-agents"),
        ("客服小吴", "A103 完成", "r-agents"),
        ("团长小美", "每周五9点发：今天有新到的水果", "r1"),
        ("阿May", "@小团 草莓打蜡吗", "r1"),
    ):
        await shop.say(who, words, room=room)
        await shop.passes(seconds=70)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_pages_fit_and_have_names_for_everything(
    shop, browser: Browser, width: int, scheme: Any
) -> None:
    office = await Office(shop).open()
    assert office.first_link is not None
    await busy(shop)
    me = await office.signed_in("boss", "admin", person="u-agent")
    secret = next(c.value for c in me.http.cookie_jar if c.key == COOKIE)
    context = await browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = await context.new_page()
    for path in ("/desk/sign-in", office.first_link):
        await page.goto(f"{me.origin}{path}")
        assert await faults_of(page) == [], path
    await context.add_cookies([{"name": COOKIE, "value": secret, "url": me.origin}])
    pages = (
        "",
        "?view=done",
        "tickets/101",
        "tickets/102",
        "tickets/103",
        "canned",
        "group-buys",
        "group-buys/1",
        "deals",
        "products",
        "questions",
        "reports",
        "accounts",
        "accounts/acc-boss",
        "audit",
        "health",
        "nowhere",
    )
    for path in pages:
        await page.goto(f"{me.origin}/desk/{path}")
        assert await faults_of(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        nameless = await page.evaluate(
            "[...document.querySelectorAll('button, a, input:not([type=hidden]), select, textarea')]"
            ".filter((one) => !(one.textContent.trim() || one.labels?.length || one.ariaLabel)).length"
        )
        assert nameless == 0, path
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await context.close()
    await office.close()
