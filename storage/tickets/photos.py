"""The pictures of a case: which message showed one, and the cleaned copy that is kept of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Field

from storage.rows import Row, UtcDateTime
from storage.shop import Shop
from storage.tickets.tables import Ticket

WANTED, KEPT, GONE = "wanted", "kept", "gone"
MOST = 20
"""Pictures of one case that are fetched; more prove nothing more."""
ATTEMPTS = 6
AGAIN_AFTER = timedelta(seconds=10)
"""Doubled with each failure: a platform may take a while until it can show a picture."""


def _wanted(table: Any) -> Any:
    return table.c.state == WANTED


class Photo(Row, table=True):
    """A picture that somebody sent about a case. `file` names the copy in the folder of pictures."""

    where_live = _wanted

    tenant_id: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    message: str = Field(primary_key=True)
    account: str
    state: str = WANTED
    file: str = Field(default="", index=True)
    attempts: int = 0
    at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def over(self) -> bool:
        """Nobody has to fetch it any more."""
        return self.state != WANTED

    def keep(self, file: str) -> None:
        """It is there."""
        self.state, self.file = KEPT, file

    def failed(self, now: datetime) -> None:
        """Not this time; after some times never."""
        self.attempts += 1
        self.next_at = now + AGAIN_AFTER * (1 << min(self.attempts, 8))
        if self.attempts >= ATTEMPTS:
            self.state = GONE


def want(shop: Shop, ticket: Ticket, account: str, message: str, now: datetime) -> None:
    """The picture of this message belongs to the case; asking twice is asking once."""
    count = int(ticket.facts.get("pictures", 0))
    rows = shop.rows(Photo)
    if not message or count >= MOST or rows.get((ticket.number, message)) is not None:
        return
    ticket.fact(pictures=count + 1)
    rows.add(
        Photo(
            tenant_id=shop.tenant, ticket=ticket.number, message=message, account=account, at=now, next_at=now
        )
    )


async def forget_photos(shop: Shop, ticket: int) -> None:
    """None of the case's pictures is kept any longer; their files go with the next sweep."""
    rows = shop.rows(Photo)
    rows.adopt(await shop.find(Photo, ticket=ticket))
    for row in [row for row in rows if row.ticket == ticket]:
        rows.drop(row)
