"""Who may use the desk: names, sessions that end, links and tokens, tries that are counted, deeds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage import accounts
from storage.accounts import (
    ABSOLUTE,
    FIRST_WAIT,
    IDLE,
    LONGEST_WAIT,
    Account,
    ApiToken,
    AuditEntry,
    DeskSession,
    SignInLink,
    hashed,
)
from storage.database import Database, upsert

NOW = datetime(2026, 5, 21, 2, 0, tzinfo=UTC)


def account(ident: str = "a1", login: str = "mei", **more: Any) -> Account:
    given = {"name": "小美", "role": "admin", "password": "hash", "created_at": NOW}
    return Account(tenant_id="t", id=ident, login=login, **{**given, **more})


async def signed_in(database: Database, secret: str = "cookie", ident: str = "a1") -> None:
    session = DeskSession(tenant_id="t", id=hashed(secret), account_id=ident, started_at=NOW, seen_at=NOW)
    await database.run(lambda c: upsert(c, DeskSession, [session]))


async def who(database: Database, now: datetime, secret: str = "cookie") -> str | None:
    found = await database.run(lambda c: accounts.session_of(c, "t", secret, now))
    return found[1].id if found else None


# -- accounts ------------------------------------------------------------------------------------


async def test_a_login_is_taken_once_whatever_its_case(database: Database) -> None:
    assert await database.run(lambda c: accounts.add_account(c, account()))
    assert not await database.run(lambda c: accounts.add_account(c, account("a2")))
    found = await database.run(lambda c: accounts.account_by_login(c, "t", "  MEI "))
    assert found is not None
    assert found.id == "a1"
    assert await database.run(lambda c: accounts.account_by_login(c, "t", "wang")) is None
    assert await database.run(lambda c: accounts.account_by_login(c, "other", "mei")) is None
    assert [a.id for a in await database.run(lambda c: accounts.accounts(c, "t"))] == ["a1"]


async def test_an_admin_without_a_password_cannot_sign_in(database: Database) -> None:
    await database.run(lambda c: accounts.add_account(c, account(password=None)))
    assert not await database.run(lambda c: accounts.has_admin(c, "t"))
    await database.run(lambda c: accounts.change_account(c, "t", "a1", password="hash"))
    assert await database.run(lambda c: accounts.has_admin(c, "t"))
    await database.run(lambda c: accounts.change_account(c, "t", "a1", active=False))
    assert not await database.run(lambda c: accounts.has_admin(c, "t"))


async def test_whoever_loses_access_is_signed_out_and_his_programs_too(database: Database) -> None:
    await database.run(lambda c: accounts.add_account(c, account()))
    token = ApiToken(
        tenant_id="t", id=hashed("key"), account_id="a1", name="export", hint="ke", created_at=NOW
    )
    await database.run(lambda c: upsert(c, ApiToken, [token]))
    await signed_in(database)
    await database.run(lambda c: accounts.change_account(c, "t", "a1", name="美姐"))
    assert await who(database, NOW) == "a1"
    await database.run(lambda c: accounts.change_account(c, "t", "a1", role="agent"))
    assert await who(database, NOW) is None
    assert await database.run(lambda c: accounts.token_of(c, "t", "key")) is not None
    await database.run(lambda c: accounts.change_account(c, "t", "a1", active=False))
    assert await database.run(lambda c: accounts.token_of(c, "t", "key")) is None


# -- sessions ------------------------------------------------------------------------------------


async def test_a_session_lives_while_it_is_used_and_a_week_at_most(database: Database) -> None:
    await database.run(lambda c: accounts.add_account(c, account()))
    await signed_in(database)
    now = NOW
    while now + IDLE - timedelta(hours=1) < NOW + ABSOLUTE:
        now += IDLE - timedelta(hours=1)
        assert await who(database, now) == "a1"
    assert await who(database, NOW + ABSOLUTE) is None
    assert await who(database, NOW) is None


async def test_an_idle_session_ends_and_leaves_nothing(database: Database) -> None:
    await database.run(lambda c: accounts.add_account(c, account()))
    await signed_in(database)
    assert await who(database, NOW + IDLE) is None
    assert await who(database, NOW) is None
    assert await who(database, NOW, "guessed") is None


async def test_the_session_of_a_closed_account_opens_nothing(database: Database) -> None:
    await database.run(lambda c: accounts.add_account(c, account(active=False)))
    await signed_in(database)
    await signed_in(database, "orphan", "nobody")
    assert await who(database, NOW) is None
    assert await who(database, NOW, "orphan") is None


async def test_signing_out_ends_one_browser_or_all(database: Database) -> None:
    await database.run(lambda c: accounts.add_account(c, account()))
    for secret in ("one", "two", "three"):
        await signed_in(database, secret)
    await database.run(lambda c: accounts.end_session(c, "t", hashed("one")))
    assert [await who(database, NOW, secret) for secret in ("one", "two")] == [None, "a1"]
    await database.run(lambda c: accounts.end_sessions(c, "t", "a1"))
    assert [await who(database, NOW, secret) for secret in ("two", "three")] == [None, None]


# -- links, tokens -------------------------------------------------------------------------------


async def test_a_link_works_once_until_its_time_and_only_the_latest(database: Database) -> None:
    def link(secret: str) -> SignInLink:
        return SignInLink(tenant_id="t", id=hashed(secret), account_id="a1", until=NOW + timedelta(hours=1))

    await database.run(lambda c: accounts.add_link(c, link("old")))
    await database.run(lambda c: accounts.add_link(c, link("new")))
    assert await database.run(lambda c: accounts.link_of(c, "t", "old", NOW)) is None
    assert await database.run(lambda c: accounts.link_of(c, "t", "new", NOW + timedelta(hours=1))) is None
    found = await database.run(lambda c: accounts.link_of(c, "t", "new", NOW))
    assert found is not None
    assert await database.run(lambda c: accounts.use_link(c, found))
    assert not await database.run(lambda c: accounts.use_link(c, found))


async def test_a_token_opens_until_it_is_dropped(database: Database) -> None:
    token = ApiToken(
        tenant_id="t", id=hashed("key"), account_id="a1", name="export", hint="ke", created_at=NOW
    )
    await database.run(lambda c: upsert(c, ApiToken, [token]))
    assert [each.name for each in await database.run(lambda c: accounts.tokens(c, "t"))] == ["export"]
    assert await database.run(lambda c: accounts.tokens(c, "other")) == []
    assert await database.run(lambda c: accounts.drop_token(c, "t", token.id))
    assert not await database.run(lambda c: accounts.drop_token(c, "t", token.id))
    assert await database.run(lambda c: accounts.token_of(c, "t", "key")) is None


# -- tries ---------------------------------------------------------------------------------------

KEYS = {"mei@1.2.3.4": 2, "1.2.3.4": 3}


async def tried(database: Database, now: datetime) -> bool:
    return await database.run(lambda c: accounts.may_try(c, "t", KEYS, now))


async def test_after_the_free_tries_each_wait_is_longer(database: Database) -> None:
    assert [await tried(database, NOW) for _ in range(3)] == [True, True, False]
    later = NOW + FIRST_WAIT
    assert not await tried(database, later - timedelta(seconds=1))
    assert await tried(database, later)
    assert not await tried(database, later + FIRST_WAIT)
    assert await tried(database, later + 2 * FIRST_WAIT)


async def test_a_quiet_time_forgives(database: Database) -> None:
    for _ in range(2):
        await tried(database, NOW)
    rested = NOW + LONGEST_WAIT + timedelta(seconds=1)
    assert [await tried(database, rested) for _ in range(3)] == [True, True, False]


async def test_the_right_password_forgets_the_accounts_tries_and_one_of_the_address(
    database: Database,
) -> None:
    for _ in range(2):
        await tried(database, NOW)
    await database.run(lambda c: accounts.was_right(c, "t", "mei@1.2.3.4", "1.2.3.4"))
    assert [await tried(database, NOW) for _ in range(3)] == [True, True, False]


# -- deeds ---------------------------------------------------------------------------------------


async def test_deeds_are_read_newest_first_page_by_page(database: Database) -> None:
    for number in range(5):
        entry = AuditEntry(tenant_id="t", id=f"e{number}", at=NOW, action="login", who="小美")
        await database.run(lambda c, entry=entry: accounts.write_down(c, entry))
    first = await database.run(lambda c: accounts.deeds(c, "t", None, 3))
    assert [entry.id for entry in first] == ["e4", "e3", "e2"]
    rest = await database.run(lambda c: accounts.deeds(c, "t", first[-1].id, 3))
    assert [entry.id for entry in rest] == ["e1", "e0"]
    assert await database.run(lambda c: accounts.deeds(c, "other", None, 3)) == []
