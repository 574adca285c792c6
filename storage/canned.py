"""Canned replies of the desk: the shop's own, and each agent's."""

from sqlmodel import Field

from storage.rows import Row


class CannedReply(Row, table=True):
    """A reply with fields such as {称呼} and {金额}. `owner` "" is everybody's."""

    tenant_id: str = Field(primary_key=True)
    owner: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    text: str
