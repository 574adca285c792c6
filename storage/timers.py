"""Timers: what must happen later is a row, so no restart can lose it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from storage.rows import Row, UtcDateTime


class Timer(Row, table=True):
    """Something that falls due once. The same kind and ref replace each other."""

    tenant_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    due: datetime = Field(sa_type=UtcDateTime)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
