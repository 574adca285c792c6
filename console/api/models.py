"""What the API gives and takes. Times are RFC 3339, money is fen, ids are strings (contract §3)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class TicketSummary(BaseModel):
    """A case."""

    number: str
    state: str
    category: str
    priority: str
    customer: str
    room: str | None
    assignee: str | None
    item: str | None
    opened_at: str | None
    first_response_at: str | None
    resolved_at: str | None
    incident: str | None
    due_at: str | None = None


class TicketList(BaseModel):
    """Cases, and where the next page begins."""

    tickets: list[TicketSummary]
    next: int | None = None


class Line(BaseModel):
    """Something said or done in a case. `kind`: before, customer, agent, note, bot or event."""

    at: str
    kind: str
    name: str
    text: str


class TicketDetail(TicketSummary):
    """A case with its conversation."""

    lines: list[Line]


class TicketQuery(BaseModel):
    """Which cases: those that run, or all, newest first, before a number."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["running", "all"] = "running"
    before: int | None = Field(None, ge=1, le=10**9)
    limit: int = Field(50, ge=1, le=200)


class Reply(BaseModel):
    """Words for the customer, sent in private."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=5_000)


class ListedItem(BaseModel):
    """An article of a group buy."""

    code: str
    name: str
    price_fen: int
    unit: str
    limit: float | None
    per_person: float | None
    taken: float
    paused: bool


class Ordered(BaseModel):
    """So much of an article."""

    code: str
    name: str
    quantity: float


class SignUpLine(BaseModel):
    """A line of the list."""

    buyer: str | None
    name: str
    for_name: str | None
    household: str | None
    items: list[Ordered]
    remark: str | None
    state: str
    payment: str


class GroupBuySummary(BaseModel):
    """A group buy."""

    number: int
    room: str
    title: str
    state: str
    deadline: str | None
    people: int


class GroupBuyDetail(GroupBuySummary):
    """A group buy with its items and lines."""

    items: list[ListedItem]
    sign_ups: list[SignUpLine]


class GroupBuyList(BaseModel):
    """Group buys that run, newest first, then the latest that have ended."""

    group_buys: list[GroupBuySummary]


class ProductRow(BaseModel):
    """An article of the catalogue. `left` null: not counted."""

    id: str
    name: str
    aliases: list[str]
    price_fen: int | None
    unit: str | None
    pack: str | None
    left: float | None
    per_person: float | None


class ProductList(BaseModel):
    """Products by id, and after which id the next page begins."""

    products: list[ProductRow]
    next: str | None = None


class ProductQuery(BaseModel):
    """Products whose name or alias holds `q`, after an id."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=60)
    after: str = Field("", max_length=200)
    limit: int = Field(100, ge=1, le=500)
