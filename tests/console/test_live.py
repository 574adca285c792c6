"""Live: who hears what, how soon, and what happens to one who does not listen."""

import asyncio
from statistics import median
from time import perf_counter

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from console_rows import filled
from desks import Browser, Office

from console.live import WAITING
from storage.tickets import Ticket


async def line(browser: Browser, *, prove: bool = True) -> ClientWebSocketResponse:
    """The socket of a page."""
    headers = {"Origin": browser.origin}
    socket = await browser.http.ws_connect(browser.url("/desk/socket"), headers=headers)
    if prove:
        await socket.send_json({"token": browser.token})
        assert (await socket.receive_json(timeout=5))["hello"]
    return socket


async def heard(socket: ClientWebSocketResponse, seconds: float = 2) -> dict:
    return await socket.receive_json(timeout=seconds)


async def test_a_change_is_heard_by_those_whose_business_it_is(office: Office) -> None:
    one = await line(await office.signed_in("mei", "leader", person="u-lead"))
    two = await line(await office.signed_in("hong", "leader", person="u-lead2"))
    agent = await office.signed_in("zhou", "agent", person="u-agent")
    await agent.act("/desk/tickets/101/claim")
    assert (await heard(one))["changed"]["tickets"] == [101]
    assert (await heard(two))["changed"]["tickets"] == []
    await agent.act("/desk/tickets/102/claim")
    assert (await heard(two))["changed"]["tickets"] == [102]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_another_site_gets_no_line(office: Office, origin) -> None:
    browser = await office.signed_in("zhou", person="u-agent")
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(WSServerHandshakeError) as refused:
        await browser.http.ws_connect(browser.url("/desk/socket"), headers=headers)
    assert refused.value.status == 403


async def test_without_a_session_there_is_no_line(office: Office) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await line(office.browser(), prove=False)
    assert refused.value.status == 401


@pytest.mark.parametrize("first", ['{"token": "0000"}', "{}", "[]", "no json"])
async def test_without_the_token_of_the_page_nothing_is_told(office: Office, first) -> None:
    socket = await line(await office.signed_in("zhou", person="u-agent"), prove=False)
    await socket.send_str(first)
    assert (await socket.receive(timeout=5)).type is WSMsgType.CLOSE
    assert not office.hub.tabs


async def test_colleagues_on_the_same_case_know_of_each_other(office: Office) -> None:
    one = await line(await office.signed_in("zhou", person="u-agent"))
    two = await line(await office.signed_in("wu", person="u-agent2"))
    await one.send_json({"do": "look", "ticket": 101})
    assert (await heard(one))["beside"] == {"ticket": 101, "who": []}
    await two.send_json({"do": "look", "ticket": 101})
    assert (await heard(one))["beside"]["who"] == [{"name": "wu", "writes": False}]
    assert (await heard(two))["beside"]["who"] == [{"name": "zhou", "writes": False}]
    await two.send_json({"do": "writes", "ticket": 101})
    assert (await heard(one))["beside"]["who"] == [{"name": "wu", "writes": True}]
    await two.close()
    while (news := await heard(one))["beside"]["who"]:
        assert news
    for junk in ("", "{", '{"do": "look"}', '{"do": "look", "ticket": "x"}', '{"do": "x", "ticket": 999}'):
        await one.send_str(junk)
    await office.shop.say("小陈", "在吗", room=None)
    assert "changed" in await heard(one)


async def test_who_does_not_listen_is_cut_off(office: Office) -> None:
    await line(await office.signed_in("zhou", person="u-agent"))
    tab = next(iter(office.hub.tabs))
    for _ in range(WAITING + 5):
        office.hub.tell(tab, "{}")
    assert tab.slow
    async with asyncio.timeout(5):
        while office.hub.tabs:  # noqa: ASYNC110 - the server's side of the line
            await asyncio.sleep(0.02)


async def test_an_update_reaches_twenty_desks_almost_at_once(office: Office) -> None:
    """500 open cases, 20 tabs: at most ten times what an echo over this very loopback takes."""
    await filled(office, 500, state="open")
    await office.shop.restart()
    office.follow()
    browser = await office.signed_in("zhou", person="u-agent")
    tabs = [await line(browser) for _ in range(20)]
    rounds = []
    for _ in range(20):
        start = perf_counter()
        await browser.http.get(browser.url("/healthz"))
        rounds.append(perf_counter() - start)
    echo = median(rounds)
    spans = []
    for number in range(10):
        start = perf_counter()
        office.hub.kept({Ticket: [office.desk.shop().rows(Ticket)[1000 + number]]})
        await asyncio.gather(*(heard(tab) for tab in tabs))
        spans.append(perf_counter() - start)
    assert median(spans) <= 10 * max(echo, 0.001), (median(spans), echo)
