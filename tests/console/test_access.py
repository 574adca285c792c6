"""Who gets in, who stays in, and that nothing is done that a page of ours did not ask for."""

import asyncio
import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from desks import PASSWORD, Browser, Office
from yarl import URL

from console.origin import COOKIE
from console.parts import Simulated
from console.passwords import NOBODYS, Passwords, nobodys_hash
from storage.accounts import ABSOLUTE, IDLE, DeskSession, change_account
from storage.database import fetch
from storage.ids import token


async def stays(browser: Browser) -> bool:
    """Whether the browser is still signed in."""
    response = await browser.get("/desk/", allow_redirects=False)
    return response.status == 200


# -- CSRF --------------------------------------------------------------------------------------------


async def test_every_unsafe_route_refuses_without_the_token_and_from_another_site(office: Office) -> None:
    browser = await office.signed_in("boss", "admin", person="u-agent")
    unsafe = [path for method, path in office.routes(office.pages) if method != "GET"]
    assert len(unsafe) >= 25

    for path in unsafe:
        headers = {"Origin": browser.origin}
        without = await browser.http.post(browser.url(path), data={"text": "x"}, headers=headers)
        assert without.status == 403, path
        wrong = await browser.post(path, {"token": "0" * 64})
        assert wrong.status == 403, path
        for origin in ("https://evil.example", "null", browser.origin + ".evil.example"):
            foreign = await browser.post(path, headers={"Origin": origin})
            assert foreign.status == 403, (path, origin)
        cross = await browser.http.post(
            browser.url(path), data={"token": browser.token}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert cross.status == 403, path


async def test_nothing_changes_by_looking(office: Office) -> None:
    assert {method for method, _ in office.routes(office.pages)} == {"GET", "POST"}
    browser = await office.signed_in("boss", "admin", person="u-agent")
    for method, path in office.routes(office.pages):
        if method == "POST" and ("GET", path) not in office.routes(office.pages):
            response = await browser.get(path)
            assert response.status in (404, 405), path


async def test_every_page_wants_somebody_signed_in(office: Office) -> None:
    stranger = office.browser()
    for method, path in office.routes(office.pages):
        if path.startswith("/desk/static") or "sign-in" in path or "welcome" in path:
            continue
        response = await stranger.http.request(method, stranger.url(path), allow_redirects=False)
        assert response.status in (401, 403), path
    moved = await stranger.get("/desk/", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (303, "/desk/sign-in")


# -- sessions ----------------------------------------------------------------------------------------


async def test_signing_in_gives_a_new_session_and_the_old_one_dies(office: Office) -> None:
    await office.account("zhou", "agent")
    browser = office.browser()
    plant(browser, "planted-by-somebody-else")
    await browser.sign_in("zhou")
    first = _session(browser)
    assert first != "planted-by-somebody-else"
    thief = office.browser()
    plant(thief, first)
    assert await stays(thief)

    token_before = browser.token
    await browser.post("/desk/sign-out", script=False)
    assert not await stays(thief)
    await browser.sign_in("zhou")
    assert _session(browser) != first
    assert browser.token != token_before
    assert not await stays(thief)


def plant(browser: Browser, value: str) -> None:
    browser.http.cookie_jar.update_cookies({COOKIE: value}, URL(browser.url("/")))


def _session(browser: Browser) -> str:
    return next(cookie.value for cookie in browser.http.cookie_jar if cookie.key.endswith(COOKIE))


async def test_a_session_ends_when_idle_and_in_the_end_anyway(office: Office) -> None:
    browser = await office.signed_in("zhou")
    office.skew = IDLE - timedelta(minutes=1)
    assert await stays(browser)
    office.skew += IDLE + timedelta(seconds=1)
    assert not await stays(browser)

    await browser.sign_in("zhou")
    step = IDLE - timedelta(minutes=5)
    for _ in range(int(ABSOLUTE / step)):
        office.skew += step
        assert await stays(browser)
    office.skew += step
    assert not await stays(browser)


@pytest.mark.parametrize("change", [{"active": False}, {"role": "leader"}, {"password": "x"}])
async def test_who_loses_access_is_out_at_once(office: Office, change) -> None:
    browser = await office.signed_in("zhou")
    await office.desk.run(lambda c: change_account(c, office.desk.tenant, "acc-zhou", **change))
    assert not await stays(browser)


async def test_the_cookie_is_for_our_pages_alone_and_only_its_hash_is_stored(office: Office) -> None:
    await office.account("zhou", "agent")
    browser = office.browser()
    await browser.get("/desk/sign-in")
    form = {"login": "zhou", "password": PASSWORD}
    plain = await browser.post("/desk/sign-in", form, script=False, allow_redirects=False)
    cookie = plain.headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    rows = await office.desk.run(lambda connection: fetch(connection, DeskSession))
    secret = re.match(rf"{COOKIE}=([^;]+)", cookie)[1]
    assert len(secret) >= 43
    assert secret not in [row.id for row in rows]

    behind = office.browser()
    https = {"X-Forwarded-Proto": "https"}
    page = await behind.get("/desk/sign-in", headers=https)
    assert page.headers["Set-Cookie"].startswith("__Host-")
    assert "Secure" in page.headers["Set-Cookie"]


async def test_pages_are_not_kept_and_the_policy_allows_no_script_of_others(office: Office) -> None:
    browser = await office.signed_in("zhou")
    response = await browser.get("/desk/")
    assert response.headers["Cache-Control"] == "no-store"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_ids_do_not_repeat() -> None:
    assert len({token(32) for _ in range(10_000)}) == 10_000


# -- guessing ----------------------------------------------------------------------------------------


async def test_guessing_is_locked_and_says_nothing(office: Office) -> None:
    await office.account("zhou", "agent")
    browser = office.browser()
    await browser.get("/desk/sign-in")

    async def wrong(number: int) -> tuple[int, str]:
        form = {"login": "zhou", "password": f"guess number {number}"}
        response = await browser.post("/desk/sign-in", form, script=False)
        found = re.search(r'role="alert">([^<]+)', await response.text())
        return response.status, found[1] if found else ""

    answers = await asyncio.gather(*(wrong(number) for number in range(60)))
    looked_at = [what for _, what, _ in await office.deeds() if what == "sign_in.refused"]
    assert len(looked_at) <= 5
    assert len({words for _, words in answers}) == 1
    assert (await browser.sign_in("zhou")).status == 429

    office.skew += timedelta(minutes=16)
    assert (await browser.sign_in("zhou")).status == 200


async def test_many_accounts_from_one_address_are_stopped_too(office: Office) -> None:
    await office.account("zhou", "agent")
    browser = office.browser()
    await browser.get("/desk/sign-in")
    for number in range(25):
        form = {"login": f"nobody{number}", "password": "x"}
        await browser.post("/desk/sign-in", form, script=False)
    assert len([what for _, what, _ in await office.deeds() if what == "sign_in.refused"]) <= 20
    assert (await browser.sign_in("zhou")).status == 429


async def test_colleagues_behind_one_address_do_not_lock_each_other_out(office: Office) -> None:
    for number in range(24):
        await office.account(f"agent{number}", "agent")
        assert (await office.browser().sign_in(f"agent{number}")).status == 200


async def test_nobody_takes_as_long_as_somebody() -> None:
    """An unknown name is checked against a hash that takes as much work, and is refused whatever it says."""
    passwords = Passwords()
    stored = await passwords.hashed(PASSWORD)
    assert extract_parameters(nobodys_hash()) == extract_parameters(stored)
    assert PasswordHasher().verify(nobodys_hash(), NOBODYS)
    assert not await passwords.is_right(None, NOBODYS)
    assert not await passwords.is_right(stored, NOBODYS)
    assert await passwords.is_right(stored, PASSWORD)


# -- links -------------------------------------------------------------------------------------------


async def test_the_first_link_makes_one_admin_once(office: Office) -> None:
    assert office.first_link is not None
    browser, late = office.browser(), office.browser()
    for one in (browser, late):
        assert "第一个店主" in await one.read(office.first_link)
    form = {"login": "Boss", "name": "老板", "password": "short"}
    assert "至少 10 位" in await (await browser.post(office.first_link, form, script=False)).text()
    form["password"] = "a long enough one"
    assert (await browser.post(office.first_link, form, script=False)).status == 200
    assert await stays(browser)
    assert "新建账号" in await browser.read("/desk/accounts")
    assert (await late.post(office.first_link, form, script=False)).status == 404
    assert (await office.browser().sign_in("boss", "a long enough one")).status == 200


async def test_a_link_does_not_hold_for_ever(office: Office) -> None:
    office.skew += timedelta(minutes=61)
    assert (await office.browser().get(office.first_link)).status == 404


async def test_an_invitation_lets_its_owner_choose_the_password(office: Office) -> None:
    admin = await office.signed_in("boss", "admin")
    page = await admin.post("/desk/accounts", {"login": "wu", "name": "小吴", "role": "agent"}, script=False)
    link = re.search(r"/desk/welcome/[\w-]+", await page.text())[0]
    guest = office.browser()
    assert "小吴" in await guest.read(link)
    await guest.post(link, {"password": "my own password"}, script=False)
    assert await stays(guest)
    assert (await guest.get(link)).status == 404
    assert (await guest.get("/desk/accounts")).status == 404


# -- the simulator's people --------------------------------------------------------------------------


@pytest.fixture
async def simulated(shop):
    office = await Office(shop, [Simulated(person="u-agent", name="小周", role="lead")]).open()
    yield office
    await office.close()


async def test_the_simulators_people_come_in_with_one_click_on_this_machine(simulated: Office) -> None:
    browser = simulated.browser()
    assert "客服主管 小周" in await browser.read("/desk/sign-in")
    await browser.post("/desk/sign-in/simulated", {"person": "u-agent"}, script=False)
    assert await stays(browser)


@pytest.mark.parametrize(
    "headers",
    [{"Host": "shop.example"}, {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}],
)
async def test_nobody_else_is_offered_them(simulated: Office, headers) -> None:
    browser = simulated.browser()
    page = await browser.get("/desk/sign-in", headers=headers)
    assert "小周" not in await page.text()
    origin = {"Origin": f"http://{headers['Host']}"} if "Host" in headers else {}
    form = {"person": "u-agent"}
    answer = await browser.post("/desk/sign-in/simulated", form, headers={**headers, **origin})
    assert answer.status == 404


async def test_only_the_simulators_own_people(simulated: Office) -> None:
    await simulated.account("boss", "admin")
    browser = simulated.browser()
    await browser.get("/desk/sign-in")
    for person in ("u1", "boss", "acc-boss", ""):
        assert (await browser.post("/desk/sign-in/simulated", {"person": person})).status == 404
    assert (await browser.sign_in("sim-u-agent", "")).status == 403


async def test_once_the_simulator_is_gone_its_people_are_out(simulated: Office) -> None:
    browser = simulated.browser()
    await browser.get("/desk/sign-in")
    await browser.post("/desk/sign-in/simulated", {"person": "u-agent"}, script=False)
    assert await stays(browser)
    simulated.desk.simulated = ()
    assert not await stays(browser)
