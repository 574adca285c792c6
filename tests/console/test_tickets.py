"""The queue and a case: what an agent sees and does, by the one rule that the chat has as well."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from console_rows import filled
from desks import Browser, Office
from sqlalchemy import Connection, event

from storage.outbox import OutboxRow, Sending
from storage.tickets import Ticket, TicketLine


@pytest.fixture
async def zhou(office: Office) -> Browser:
    return await office.signed_in("zhou", "agent", person="u-agent")


@pytest.fixture
async def wu(office: Office) -> Browser:
    return await office.signed_in("wu", "agent", person="u-agent2")


def ticket(office: Office, number: int = 101) -> Ticket:
    return office.desk.shop().rows(Ticket)[number]


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'data-number="(\d+)"', page)]


async def test_what_is_owed_first_comes_first(office: Office, zhou: Browser) -> None:
    await office.shop.say("阿May", "吃了草莓拉肚子", room=None)
    page = await zhou.read("/desk/?view=all")
    assert numbers(page) == [104, 101, 102, 103]
    assert "还剩" in page
    await office.shop.passes(minutes=5)
    page = await zhou.read("/desk/?view=soon")
    assert numbers(page)[:2] == [104, 101]
    assert "已超时" in page


async def test_a_case_shows_the_talk_before_it_the_order_and_who_has_it(
    office: Office, zhou: Browser
) -> None:
    page = await zhou.read("/desk/tickets/101")
    for words in ("以上是反馈前的群聊", "草莓烂了一半", "团1", "红颜草莓 2盒", "¥79.80", "未付"):
        assert words in page, words


async def test_from_claim_to_resolved(office: Office, zhou: Browser, wu: Browser) -> None:
    await zhou.act("/desk/tickets/101/claim")
    assert (
        await wu.refused("/desk/tickets/101/reply", text="我来")
        == "小周在处理 A101，要接手请让他「转」给您。"
    )

    said = len(office.shop.outlet.lines)
    await zhou.act("/desk/tickets/101/reply", text="您好，给您退两盒")
    told = office.shop.outlet.lines[said:]
    assert [(line["to"], line["text"]) for line in told] == [("u1", "客服小周：您好，给您退两盒")]

    await zhou.act("/desk/tickets/101/note", text="供应商的问题")
    assert len(office.shop.outlet.lines) == said + 1
    page = await zhou.read("/desk/tickets/101")
    assert "内部备注，客户看不到" in page
    assert "供应商的问题" in page

    await zhou.act("/desk/tickets/101/hold", why="supplier")
    assert ticket(office).state == "waiting_supplier"
    await zhou.act("/desk/tickets/101/resume")
    assert "客服小吴" in await zhou.act("/desk/tickets/101/transfer", to="u-agent2")
    await wu.act("/desk/tickets/101/resolve")
    assert ticket(office).state == "resolved"
    assert "1满意 2一般 3没解决" in office.shop.outlet.lines[-1]["text"]
    assert "已经完成了" in await wu.refused("/desk/tickets/101/claim")
    await wu.act("/desk/tickets/101/reopen")
    assert ticket(office).state == "open"

    done = [what for who, what, about in await office.deeds() if about == "A101"]
    steps = ("claim", "reply", "note", "hold", "resume", "transfer", "resolve", "reopen")
    assert sorted(done) == sorted(f"ticket.{step}" for step in steps)


async def test_the_record_holds_no_words_of_the_talk(office: Office, zhou: Browser) -> None:
    await zhou.act("/desk/tickets/101/reply", text="秘密的话")
    admin = await office.signed_in("boss", "admin")
    page = await admin.read("/desk/audit")
    assert "回复客户" in page
    assert "秘密的话" not in page


async def test_who_has_not_proved_who_he_is_may_only_look(office: Office) -> None:
    new = await office.signed_in("new", "agent")
    assert "绑定微信" in await new.read("/desk/tickets/101")
    assert "先绑定" in await new.refused("/desk/tickets/101/claim")
    page = await (await new.post("/desk/binding", script=False)).text()
    code = re.search(r"绑定 ([A-Z2-9]{8})", page)[1]
    await office.shop.say("客服小周", f"绑定 {code}", room=None)
    assert office.shop.outlet.lines[-1]["text"] == "✅ 已绑定客服台账号「new」。"
    await new.act("/desk/tickets/101/claim")
    assert ticket(office).assignee == "u-agent"


async def test_money_takes_two_people_and_two_steps(office: Office, zhou: Browser) -> None:
    leader = await office.signed_in("mei", "leader", person="u-lead")
    assert await zhou.refused("/desk/tickets/101/refund", amount="many") == "金额写成 39.9 这样。"
    assert "最多退" in await zhou.refused("/desk/tickets/101/refund", amount="500")
    await zhou.act("/desk/tickets/101/refund", amount="39.9")
    assert await zhou.refused("/desk/tickets/101/decide", step="approve") == "退款要团长来定。"
    assert "没有待定的退款" in await leader.refused("/desk/tickets/101/decide", step="confirm")
    await leader.act("/desk/tickets/101/decide", step="approve")
    assert "确认登记 ¥39.90" in await leader.read("/desk/tickets/101")
    await leader.act("/desk/tickets/101/decide", step="confirm")
    assert ticket(office).facts["refunded_fen"] == 3990


async def test_merging_stays_with_one_customer(office: Office, zhou: Browser) -> None:
    assert "不是同一位客户" in await zhou.refused("/desk/tickets/101/merge", other="102")
    assert "没有 A999" in await zhou.refused("/desk/tickets/101/merge", other="A999")
    assert "要合并哪个" in await zhou.refused("/desk/tickets/101/merge", other="x")


async def test_a_message_that_did_not_get_through_is_shown_and_sent_again(
    office: Office, zhou: Browser
) -> None:
    await zhou.act("/desk/tickets/101/reply", text="在吗")
    shop = office.desk.shop()
    line = max(await shop.load(TicketLine, 101), key=lambda line: line.n)
    number = line.data["outbox"]
    await _stored_as(office, number, Sending.DEAD)
    page = await zhou.read("/desk/tickets/101")
    assert "没发出去" in page
    assert "重发" in page
    await zhou.act("/desk/tickets/101/retry", message=str(number))
    assert office.shop.outlet.lines[-1]["text"] == "客服小周：在吗"
    assert await zhou.refused("/desk/tickets/101/retry", message=str(number)) == "这条已经不用重发了。"
    assert (await zhou.post("/desk/tickets/102/retry", {"message": str(number)})).status == 404


async def _stored_as(office: Office, number: int, state: Sending) -> None:
    """As the store knows a message that was given up, and the worker has let go."""
    table = OutboxRow.table()
    mine = table.c.number == number
    await office.desk.run(lambda c: c.execute(table.update().where(mine).values(state=state)))
    rows = office.desk.shop().rows(OutboxRow)
    rows.release([rows[number]] if number in rows else [])


async def test_canned_replies_are_filled_in(office: Office, zhou: Browser) -> None:
    await zhou.act("/desk/canned", name="坏果", text="{称呼}，{商品}坏的都赔，{客服}办")
    answer = await (await zhou.get("/desk/tickets/101/canned")).json()
    texts = {one["name"]: one["text"] for one in answer["canned"]}
    assert texts["坏果"] == "小陈，红颜草莓坏的都赔，小周办"
    assert "{" not in "".join(texts.values())


async def test_coming_and_going(office: Office, zhou: Browser) -> None:
    said = await zhou.act("/desk/presence", present="no")
    assert said.startswith("您已下线。")
    assert ">上线</button>" in await zhou.read("/desk/")
    assert await zhou.act("/desk/presence", present="yes") == "您已上线。"


async def test_old_cases_are_found_by_number_and_customer(office: Office, zhou: Browser) -> None:
    await zhou.act("/desk/tickets/101/resolve")
    await office.shop.passes(hours=73)
    await zhou.sign_in("zhou")
    for wanted in ("A101", "101", "小陈"):
        assert 101 in numbers(await zhou.read(f"/desk/?q={wanted}")), wanted
    assert "没找到" in await zhou.read("/desk/?q=xyz")


async def test_the_queue_of_500_cases_stays_a_small_page(office: Office, zhou: Browser) -> None:
    await filled(office, 500, state="open")
    await office.shop.restart()
    page = await zhou.read("/desk/?view=all")
    assert len(page.encode()) <= 60_000
    assert len(numbers(page)) == 50
    assert "后面 453 个" in page


GROWING = "ticket|ticketline|photo|refund|outboxrow|signup|handled|auditentry"
LOOKED_THROUGH = re.compile(
    rf"SCAN (?:{GROWING})\b|SEARCH (?:{GROWING}) .*\(tenant_id=\?(?: AND number<\?)?\) ::"
)
"""A table read as a whole, or all of a shop's rows in it."""


async def plans(office: Office, work: Callable[[], Awaitable[None]]) -> list[str]:
    """How the database goes about every question that is asked meanwhile."""
    engine, asked = office.desk.database._engine, dict[str, Any]()

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.setdefault(statement, parameters)

    event.listen(engine, "after_cursor_execute", note)
    await work()
    event.remove(engine, "after_cursor_execute", note)

    def explained(connection: Connection) -> list[str]:
        return [
            f"{row[3]} :: {statement}"
            for statement, parameters in asked.items()
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    return await office.desk.database.run(explained)


async def test_no_query_grows_with_closed_cases(office: Office, zhou: Browser) -> None:
    """Neither a page nor a word in the chat looks through the cases that are over."""
    await filled(office, 95, state="closed", first=1, days_ago=60)
    lead = await office.signed_in("lead", "lead", person="u-agent")
    shop = office.shop

    async def pages() -> None:
        for path in ("", "?view=all", "?view=done", "?q=A101", "tickets/101", "tickets/30"):
            await lead.read(f"/desk/{path}")
        for name in ("reply", "note", "resolve"):
            await lead.act(f"/desk/tickets/101/{name}", text="好")

    async def chat() -> None:
        for who, words, room in (
            ("小陈", "3", None),
            ("小陈", "处理了吗", None),
            ("王姐", "鸡蛋碎了", "r1"),
            ("阿May", "人工", None),
            ("客服小周", "队列", "r-agents"),
            ("客服小周", "A102", "r-agents"),
            ("客服小周", "本周客服报表", "r-agents"),
        ):
            await shop.say(who, words, room=room)
        await shop.passes(minutes=30)

    for work in (pages, chat):
        found = await plans(office, work)
        assert len(found) > 1
        assert [plan for plan in found if LOOKED_THROUGH.search(plan)] == []


async def test_closed_cases_leave_memory(office: Office, zhou: Browser) -> None:
    live = office.desk.shop().rows(Ticket)
    before = len(live)
    await zhou.act("/desk/tickets/101/reply", text="好")
    await zhou.act("/desk/tickets/101/resolve")
    assert len(live) == before
    await office.shop.passes(hours=73)
    assert len(live) == before - 1
    assert (await zhou.http.get(zhou.url("/desk/tickets/101"))).status in (200, 401)
