"""The other pages: real numbers from the store, files in and out, accounts."""

import io
import re

import pytest
from aiohttp import FormData
from desks import Browser, Office
from python_calamine import CalamineWorkbook

from console.charts import Bar, bars, columns
from storage.catalogue import Product


@pytest.fixture
async def boss(office: Office) -> Browser:
    return await office.signed_in("boss", "admin", person="u-lead")


PAGES = ("", "group-buys", "group-buys/1", "deals", "products", "questions", "reports", "accounts", "audit")


@pytest.mark.parametrize("page", [*PAGES, "health", "tickets/101"])
async def test_every_page_opens_and_has_one_heading(boss: Browser, page: str) -> None:
    text = await boss.read(f"/desk/{page}")
    assert text.count("<h1") == 1
    assert "<script>" not in text
    assert " style=" not in text
    assert not re.search(r"\son\w+=", text)


async def test_a_group_buy_is_shown_as_it_stands_in_the_books(office: Office, boss: Browser) -> None:
    await office.shop.say("王姐", "A1 B2")
    text = await boss.read("/desk/group-buys/1")
    for words in ("周六水果", "小陈", "王姐", "¥79.80", "¥97.50", "接龙中"):
        assert words in text, words


async def test_a_posts_rhythm_is_said_in_words(office: Office, boss: Browser) -> None:
    await office.shop.say("团长小美", "每周五9点发：今天有新到的水果")
    text = await boss.read("/desk/deals")
    assert "每周五 09:00" in text
    assert "今天有新到的水果" in text


async def test_reports_count_what_happened(office: Office, boss: Browser) -> None:
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    await office.shop.passes(minutes=3)
    await agent.act("/desk/tickets/101/reply", text="您好")
    await agent.act("/desk/tickets/101/resolve")
    await office.shop.say("小陈", "1", room=None)
    text = await boss.read("/desk/reports")
    tiles = dict(re.findall(r'<div class="tile">([^<]+)<b>([^<]+)</b>', text))
    assert tiles["工单"] == "3"
    assert tiles["首次回复（中位数）"].startswith("3分")
    assert tiles["满意"] == "1（100%）"
    assert 'role="img" aria-label="按类别"' in text
    assert "坏损" in text


# -- files -------------------------------------------------------------------------------------------


async def test_lists_to_take_away_hold_no_formulas(office: Office, boss: Browser) -> None:
    for who, name in (("=cmd|' /C calc'!A0", "u81"), ("+1+1", "u82"), ("@SUM(A1)", "u83"), ("-2", "u84")):
        await office.shop.say(name, "A1", name=who)
    content = await (await boss.get("/desk/group-buys/1/list.csv")).read()
    cells = [cell for row in content.decode("utf-8-sig").splitlines() for cell in row.split(",")]
    assert any("cmd" in cell for cell in cells)
    assert not [cell for cell in cells if cell.strip('"')[:1] in ("=", "+", "@") or cell == "-2"]
    book = await (await boss.get("/desk/group-buys/1/list.xlsx")).read()
    assert b"<f>" not in book
    assert CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names == ["名单", "进货单", "分货单"]


async def upload(browser: Browser, name: str, content: bytes, token: str | None = None) -> tuple[int, str]:
    form = FormData()
    form.add_field("token", browser.token if token is None else token)
    form.add_field("file", io.BytesIO(content), filename=name)
    response = await browser.http.post(
        browser.url("/desk/products/import"), data=form, headers={"Origin": browser.origin}
    )
    return response.status, await response.text()


async def test_a_catalogue_is_taken_in_and_its_bad_rows_are_told(office: Office, boss: Browser) -> None:
    table = "编号,名称,价格\nP9,蓝莓,19.9\nP10,坏的,三十九\nP1,红颜草莓,42\n"
    status, text = await upload(boss, "新.csv", table.encode("gb18030"))
    assert status == 200
    assert "新增 1，更新 1" in text
    assert "没收 1 行" in text
    assert office.desk.shop().rows(Product)["P9"].price_fen == 1990
    assert "蓝莓" in await boss.read("/desk/products?q=蓝莓")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "只收 CSV 或 XLSX"),
        ("a.csv.html", b"<script>", "只收 CSV 或 XLSX"),
        ("a.xlsx", b"id,name\n1,x", "内容和后缀对不上"),
        ("a.csv", b"PK\x03\x04zip", "内容和后缀对不上"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "没看懂这个文件"),
        ("a.csv", b"\x00\x01\x02", "没看懂这个文件"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "最多 5 MB"),
        ("", b"id,name\n1,x", "先选一个文件"),
    ],
)
async def test_what_is_no_catalogue_changes_nothing(
    office: Office, boss: Browser, name, content, words
) -> None:
    before = len(office.desk.shop().rows(Product))
    status, text = await upload(boss, name, content)
    assert (status, words in text) == (409, True)
    assert len(office.desk.shop().rows(Product)) == before


async def test_an_upload_needs_the_token_and_has_a_bound(boss: Browser) -> None:
    assert (await upload(boss, "a.csv", b"id,name\n1,x", token="0"))[0] == 403
    assert (await upload(boss, "a.csv", b"x" * (8 * 1024 * 1024)))[0] == 413


# -- accounts ----------------------------------------------------------------------------------------


async def test_an_admin_makes_and_changes_accounts(office: Office, boss: Browser) -> None:
    form = {"login": "wu", "name": "小吴", "role": "leader", "rooms": "r2"}
    await boss.post("/desk/accounts", form, script=False)
    assert "已经有人用了" in await boss.refused("/desk/accounts", **form)
    page = await boss.read("/desk/accounts")
    account = re.search(r"/desk/accounts/([0-9a-f]{32})/link", page)[1]
    await boss.act(f"/desk/accounts/{account}", role="agent")
    assert ("boss", "account.change", "wu") in await office.deeds()
    assert "不能停用自己" in await boss.refused("/desk/accounts/acc-boss", role="admin")
    assert "不能停用自己" in await boss.refused("/desk/accounts/acc-boss", role="agent", active="yes")


async def test_a_code_makes_somebody_an_agent(office: Office, boss: Browser) -> None:
    await office.account("new", "agent")
    page = await (await boss.post("/desk/accounts/acc-new/code", script=False)).text()
    code = re.search(r'class="code">([A-Z2-9]{8})<', page)[1]
    await office.shop.say("阿May", f"绑定 {code}", room=None)
    assert "u4" in [role.person_id for role in office.desk.shop().agents()]
    await boss.act("/desk/accounts/acc-new/unbind")
    assert "没绑定" in await boss.read("/desk/accounts")


# -- charts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [bars, columns])
def test_what_is_written_in_a_chart_stays_text(draw) -> None:
    chart = draw([Bar('<script>"', 3, "<b>"), Bar("苹果", 0, "0")], '"><script>')
    assert "<script" not in chart
    assert "<b>" not in chart
    assert chart.startswith("<svg")
    assert draw([], "空").endswith("</svg>")


async def test_reports_tell_who_completed_what_and_what_to_look_over(office: Office, boss: Browser) -> None:
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    for number in (101, 103):
        await agent.act(f"/desk/tickets/{number}/reply", text="您好")
        await agent.act(f"/desk/tickets/{number}/resolve")
    await office.shop.say("小陈", "1", room=None)
    await office.shop.say("老周", "2", room=None)
    text = await boss.read("/desk/reports")
    assert '客服小周</th><td class="n">2，满意 1/2' in text
    sample = text[text.index("抽查") :]
    assert "A103" in sample
    assert "一般" in sample
    assert "A101" not in sample
