"""Behind a reverse proxy: whose request it is, and whom nobody believes."""

from ipaddress import ip_network

import pytest
from desks import PASSWORD, Office

from console.origin import neighbourhood
from storage.accounts import deeds

LOOPBACK = (ip_network("127.0.0.0/8"),)


async def guess(office: Office, header: str | None, login: str = "zhou", password: str = "wrong one") -> int:
    """A try with a password, as a proxy would hand it on; the answer's status."""
    browser = office.browser()
    await browser.get("/desk/sign-in")
    headers = {"X-Forwarded-For": header} if header is not None else {}
    form = {"login": login, "password": password}
    response = await browser.post("/desk/sign-in", form, script=False, headers=headers, allow_redirects=False)
    return response.status


async def addresses(office: Office) -> list[str]:
    """Where the deeds came from, latest first."""
    found = await office.desk.run(lambda connection: deeds(connection, office.desk.tenant, None, 100))
    return [row.address for row in found]


async def test_one_guesser_behind_the_proxy_locks_out_nobody_else(office: Office) -> None:
    office.desk.proxies = LOOPBACK
    await office.account("zhou", "agent")
    for _ in range(6):
        await guess(office, "203.0.113.9")
    assert await guess(office, "203.0.113.9", password=PASSWORD) == 429
    assert await guess(office, "198.51.100.7", password=PASSWORD) == 303
    assert "198.51.100.7" in await addresses(office)


async def test_without_a_trusted_proxy_the_header_counts_for_nothing(office: Office) -> None:
    await office.account("zhou", "agent")
    answers = [await guess(office, f"203.0.113.{number}") for number in range(8)]
    assert answers[-1] == 429
    assert set(await addresses(office)) == {"127.0.0.1"}


async def test_what_a_client_puts_before_the_proxys_word_helps_him_not(office: Office) -> None:
    office.desk.proxies = LOOPBACK
    await office.account("zhou", "agent")
    answers = [await guess(office, f"10.9.8.{number}, 203.0.113.9") for number in range(8)]
    assert answers[-1] == 429
    assert set(await addresses(office)) == {"203.0.113.9"}


@pytest.mark.parametrize(
    ("header", "whose"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 127.0.0.5", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9:5123", "203.0.113.9"),
        ('"[2001:db8::1]:80"', "2001:db8::1"),
        ("unknown", "127.0.0.1"),
        ("<script>, 127.0.0.2", "127.0.0.2"),
        ("", "127.0.0.1"),
        (",".join(["127.0.0.1"] * 500), "127.0.0.1"),
    ],
)
async def test_whose_request_it_is(office: Office, header: str, whose: str) -> None:
    office.desk.proxies = LOOPBACK
    await guess(office, header)
    assert (await addresses(office))[0] == whose


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
    ],
)
def test_one_line_is_one_neighbourhood(address: str, counts_as: str) -> None:
    assert neighbourhood(address) == counts_as


async def test_a_trusted_proxy_makes_nobody_local(office: Office) -> None:
    office.desk.proxies = LOOPBACK
    browser = office.browser()
    page = await browser.get("/desk/sign-in", headers={"X-Forwarded-For": "127.0.0.1"})
    assert "模拟器里的人" not in await page.text()
