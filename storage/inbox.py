"""What has been handled already: only a message that changed something or was answered leaves a row."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import Field

from storage.rows import Row, UtcDateTime


class Handled(Row, table=True):
    """One handled message or command. `message_id` is account:id (contract §7)."""

    where_live = "none"

    tenant_id: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    room_id: str = ""
    person_id: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


def known(connection: Connection, tenant: str, keys: list[str]) -> set[str]:
    """Which of these messages were handled before."""
    table = Handled.table()
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        query = select(table.c.message_id).where(table.c.tenant_id == tenant, table.c.message_id.in_(chunk))
        found.update(connection.execute(query).scalars())
    return found
