"""Who may use the web desk: accounts, their sessions, one-time links, tokens, and the record of deeds.

These rows never live in a shop's memory: the desk reads and writes them in transactions of its own.
Whatever lets somebody in (session, link, token) is stored as a hash only.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Connection, UniqueConstraint, delete, insert, select, update
from sqlmodel import Field

from storage.database import fetch, insert_new, upsert
from storage.rows import Row, UtcDateTime

ADMIN, LEAD, AGENT, LEADER = "admin", "lead", "agent", "leader"
ROLES = (ADMIN, LEAD, AGENT, LEADER)
IDLE = timedelta(hours=8)
"""A session that is not used for so long has ended."""
ABSOLUTE = timedelta(days=7)
"""However busy, after so long one signs in again."""
TOUCH = timedelta(minutes=1)
"""How exactly the last use of a session is known."""
FIRST_LINK, INVITATION = timedelta(hours=1), timedelta(hours=24)
FREE_TRIES = 5
"""Wrong passwords for one account from one address before it has to wait."""
TRIES_PER_ADDRESS = 20
"""Wrong passwords from one address, whatever the account."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=4)


class Account(Row, table=True):
    """Somebody at the desk. `rooms` [] for staff means every room; a leader sees only his own."""

    __table_args__ = (UniqueConstraint("tenant_id", "login"),)
    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    login: str
    name: str
    role: str
    rooms: list[str] = Field(default_factory=list, sa_type=JSON)
    password: str | None = None
    """argon2id; None: nobody can sign in with a password."""
    active: bool = True
    simulated: bool = False
    """One of the simulator's people: signs in with one click, on this machine only."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class DeskSession(Row, table=True):
    """One browser that is signed in; `id` is the hash of what its cookie holds."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)

    def alive(self, now: datetime) -> bool:
        """Neither idle nor old for too long."""
        return now - self.seen_at < IDLE and now - self.started_at < ABSOLUTE


class SignInLink(Row, table=True):
    """A link that sets a password, once. `account_id` "" makes the first admin."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str = ""
    until: datetime = Field(sa_type=UtcDateTime)


class ApiToken(Row, table=True):
    """A program's way in, as the account that made it."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    name: str
    hint: str
    """The first characters, to tell tokens apart."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class SignInTries(Row, table=True):
    """Wrong passwords for an account from an address (or from an address at all), hashed."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    count: int = 0
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Nothing is looked at before."""


class AuditEntry(Row, table=True):
    """Who did what at the desk; only ever added to."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    account_id: str = ""
    who: str = ""
    action: str
    subject: str = ""
    address: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


def hashed(secret: str) -> str:
    """What is stored of a secret of 128 bits or more: a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


# -- accounts ----------------------------------------------------------------------------------------


def account_by_login(connection: Connection, tenant: str, login: str) -> Account | None:
    """The account that signs in under this name, whatever its case."""
    table = Account.table()
    found = fetch(connection, Account, table.c.tenant_id == tenant, table.c.login == login.strip().lower())
    return found[0] if found else None


def account_of(connection: Connection, tenant: str, account_id: str) -> Account | None:
    """The account of this id."""
    table = Account.table()
    found = fetch(connection, Account, table.c.tenant_id == tenant, table.c.id == account_id)
    return found[0] if found else None


def accounts(connection: Connection, tenant: str) -> list[Account]:
    """All accounts, oldest first."""
    return fetch(connection, Account, Account.table().c.tenant_id == tenant)


def add_account(connection: Connection, account: Account) -> bool:
    """A new account; False when somebody signs in under that name already."""
    if account_by_login(connection, account.tenant_id, account.login) is not None:
        return False
    return insert_new(connection, Account, account)


def change_account(connection: Connection, tenant: str, account_id: str, **values: Any) -> None:
    """Change some columns; whoever loses access loses his sessions and tokens, too."""
    table = Account.table()
    mine = (table.c.tenant_id == tenant) & (table.c.id == account_id)
    connection.execute(update(table).where(mine).values(**values))
    if not values.get("active", True) or "password" in values or "role" in values:
        end_sessions(connection, tenant, account_id)
    if not values.get("active", True):
        tokens = ApiToken.table()
        gone = (tokens.c.tenant_id == tenant) & (tokens.c.account_id == account_id)
        connection.execute(delete(tokens).where(gone))


def has_admin(connection: Connection, tenant: str) -> bool:
    """Whether an admin can sign in."""
    return any(a.role == ADMIN and a.active and a.password for a in accounts(connection, tenant))


# -- links, tokens -----------------------------------------------------------------------------------


def add_link(connection: Connection, link: SignInLink) -> None:
    """A link that holds; earlier ones for the same account hold no longer."""
    table = SignInLink.table()
    older = (table.c.tenant_id == link.tenant_id) & (table.c.account_id == link.account_id)
    connection.execute(delete(table).where(older))
    upsert(connection, SignInLink, [link])


def link_of(connection: Connection, tenant: str, secret: str, now: datetime) -> SignInLink | None:
    """The link of this secret, while it holds."""
    table = SignInLink.table()
    found = fetch(connection, SignInLink, table.c.tenant_id == tenant, table.c.id == hashed(secret))
    return found[0] if found and found[0].until > now else None


def use_link(connection: Connection, link: SignInLink) -> bool:
    """The link is used up; False when somebody else was faster."""
    table = SignInLink.table()
    mine = (table.c.tenant_id == link.tenant_id) & (table.c.id == link.id)
    return connection.execute(delete(table).where(mine)).rowcount == 1


def tokens(connection: Connection, tenant: str) -> list[ApiToken]:
    """All tokens."""
    return fetch(connection, ApiToken, ApiToken.table().c.tenant_id == tenant)


def token_of(connection: Connection, tenant: str, secret: str) -> ApiToken | None:
    """The token of this secret."""
    table = ApiToken.table()
    found = fetch(connection, ApiToken, table.c.tenant_id == tenant, table.c.id == hashed(secret))
    return found[0] if found else None


def drop_token(connection: Connection, tenant: str, token_id: str) -> bool:
    """The token opens nothing any more; False when there was none."""
    table = ApiToken.table()
    mine = (table.c.tenant_id == tenant) & (table.c.id == token_id)
    return connection.execute(delete(table).where(mine)).rowcount == 1


# -- sessions ----------------------------------------------------------------------------------------


def session_of(
    connection: Connection, tenant: str, secret: str, now: datetime
) -> tuple[DeskSession, Account] | None:
    """Who a cookie belongs to, if its session lives; using it keeps it alive."""
    table = DeskSession.table()
    found = fetch(connection, DeskSession, table.c.tenant_id == tenant, table.c.id == hashed(secret))
    if not found:
        return None
    session = found[0]
    account = account_of(connection, tenant, session.account_id)
    if not session.alive(now) or account is None or not account.active:
        end_session(connection, tenant, session.id)
        return None
    if now - session.seen_at >= TOUCH:
        mine = (table.c.tenant_id == tenant) & (table.c.id == session.id)
        connection.execute(update(table).where(mine).values(seen_at=now))
    return session, account


def end_session(connection: Connection, tenant: str, session_id: str) -> None:
    """The cookie opens nothing any more."""
    table = DeskSession.table()
    connection.execute(delete(table).where((table.c.tenant_id == tenant) & (table.c.id == session_id)))


def end_sessions(connection: Connection, tenant: str, account_id: str) -> None:
    """All browsers of an account are signed out."""
    table = DeskSession.table()
    mine = (table.c.tenant_id == tenant) & (table.c.account_id == account_id)
    connection.execute(delete(table).where(mine))


# -- tries, deeds ------------------------------------------------------------------------------------


def may_try(connection: Connection, tenant: str, keys: dict[str, int], now: datetime) -> bool:
    """Count a try before it is looked at, under each key with its number of free tries.

    False: too many lately, the password is not even looked at.
    """
    table = SignInTries.table()
    known = {
        row.id: row
        for row in fetch(
            connection, SignInTries, table.c.tenant_id == tenant, table.c.id.in_([hashed(k) for k in keys])
        )
    }
    if any(row.until is not None and row.until > now for row in known.values()):
        return False
    rows = []
    for key, free in keys.items():
        row = known.get(hashed(key))
        if row is None or now - row.since > LONGEST_WAIT:
            row = SignInTries(tenant_id=tenant, id=hashed(key), since=now)
        row.count, row.since = row.count + 1, now
        over = row.count - free
        if over >= 0:  # this one is looked at, the next has to wait, each time longer
            row.until = now + min(FIRST_WAIT * (1 << min(over, 8)), LONGEST_WAIT)
        rows.append(row)
    upsert(connection, SignInTries, rows)
    return True


def was_right(connection: Connection, tenant: str, own: str, shared: str) -> None:
    """The password was right: the account's tries are forgotten, and the address has one less."""
    table = SignInTries.table()
    connection.execute(delete(table).where((table.c.tenant_id == tenant) & (table.c.id == hashed(own))))
    there = (table.c.tenant_id == tenant) & (table.c.id == hashed(shared))
    connection.execute(update(table).where(there).values(count=table.c.count - 1, until=None))


def write_down(connection: Connection, entry: AuditEntry) -> None:
    """Add to the record of deeds."""
    connection.execute(insert(AuditEntry.table()), [entry.values()])


def deeds(connection: Connection, tenant: str, before: str | None, limit: int) -> list[AuditEntry]:
    """The latest deeds, newest first; those before an entry when one is named."""
    table = AuditEntry.table()
    query = select(table).where(table.c.tenant_id == tenant)
    if before:
        query = query.where(table.c.id < before)
    rows = connection.execute(query.order_by(table.c.id.desc()).limit(limit)).mappings()
    return [AuditEntry.from_store(row) for row in rows]
