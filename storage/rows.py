"""Rows that live in memory while they are decided on, and the journal that can take it all back.

A table class derives from `Row`. Setting an attribute notes the value before in the current journal,
so a turn that refuses leaves nothing behind, and a batch knows what to write.
"""

from collections.abc import Callable, Iterable, Iterator, KeysView
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from pydantic_core import PydanticUndefined
from sqlalchemy import DateTime, Dialect, Numeric, Table, TypeDecorator
from sqlmodel import SQLModel

R = TypeVar("R", bound="Row")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. Naive values are refused; SQLite's naive answers get UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """SQLite keeps text, in the very form of SQLAlchemy's own `DateTime`."""
        return _sqlite_moment if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite stores it without the offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, in UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


@lru_cache(1_024)  # most rows of a turn have the same moments
def _sqlite_moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value}")
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:-6]  # without +00:00


class Quantity(TypeDecorator[Decimal]):
    """A quantity with up to three decimals, kept as an integer of thousandths."""

    impl = Numeric(18, 0)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """SQLite takes integers as they are."""
        return _thousandths if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        """Thousandths."""
        return None if value is None else Decimal(int(value * 1000))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Back to units, without needless zeros."""
        if value is None:
            return None
        units = Decimal(int(value)) / 1000
        return units.quantize(Decimal(1)) if units == units.to_integral_value() else units


def _thousandths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 1000)


_ADDED, _DROPPED = "+", "-"
"""What a step did that set no column."""


class Journal:
    """What a turn or a batch changed, step by step, and how to take it back.

    A step is the row, the column that was set, and its value before; or that it was added to its table
    or dropped from it.
    """

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[tuple[Row, str, Any]] = []

    def rollback(self) -> None:
        """Put everything back as it was."""
        for row, what, was in reversed(self.steps):
            if what is _ADDED:
                was.forget(row)
            elif what is _DROPPED:
                was.put(row)
            else:
                row.__dict__[what] = was

    def touched(self, model: type["Row"]) -> bool:
        """Whether rows of this table were made, changed or dropped."""
        return any(type(row) is model for row, _, _ in self.steps)

    @property
    def derived(self) -> bool:
        """Whether something in `Shop.cache` may have been worked out from what it changed."""
        return any(row.cached for row, _, _ in self.steps)

    @property
    def empty(self) -> bool:
        """Nothing to write."""
        return not self.steps

    def outcome(self) -> tuple["RowsOf", "RowsOf"]:
        """The rows to write and those to delete, by table; new ones before those that were changed."""
        fresh: dict[int, Row] = {}
        gone: dict[int, Row] = {}
        touched: dict[int, Row] = {}
        last = None
        for row, what, _ in self.steps:
            if what is _ADDED:
                fresh[id(row)] = row
            elif what is _DROPPED:
                gone[id(row)] = row
            elif row is not last:  # columns are mostly set one after the other
                touched[id(row)] = last = row
        changed: RowsOf = {}
        for key, row in (fresh | touched).items():
            if key not in gone:
                changed.setdefault(type(row), []).append(row)
        removed: RowsOf = {}
        for key, row in gone.items():
            if key not in fresh:
                removed.setdefault(type(row), []).append(row)
        return changed, removed


RowsOf = dict[type["Row"], list["Row"]]
"""Rows by their table."""


_current: ContextVar[Journal | None] = ContextVar("journal", default=None)


class journal_of:
    """Changes inside the block go to this journal. A class: a generator would cost three times as much."""

    __slots__ = ("_journal", "_token")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __enter__(self) -> Journal:
        self._token: Token[Journal | None] = _current.set(self._journal)
        return self._journal

    def __exit__(self, *_error: object) -> None:
        _current.reset(self._token)


def current_journal() -> Journal | None:
    """The journal that changes go to now."""
    return _current.get()


def keep(journal: Journal) -> None:
    """Hand a finished journal to the one around it, if there is one."""
    outer = _current.get()
    if outer is not None:
        outer.steps += journal.steps


class Row(SQLModel):
    """Base of every table: explicit values, no lazy loads, changes journalled.

    `where_live` selects what is loaded when a shop is opened: "all", "none" (fetched by partition), or
    a function that gives the condition. `partition` names the column by which the rest is fetched.
    """

    where_live: ClassVar[Any] = "all"
    partition: ClassVar[str | None] = None
    index_by: ClassVar[tuple[str, ...]] = ()
    cached: ClassVar[bool] = False
    """Things in `Shop.cache` are worked out from rows of this table."""
    key_of: ClassVar[Callable[[dict[str, Any]], Any]]
    """The key that a row's values have within its shop."""
    _defaults: ClassVar[dict[str, Any]]
    _columns: ClassVar[KeysView[str]]

    @classmethod
    def __pydantic_init_subclass__(cls, **_options: Any) -> None:
        """What every row of the class needs, worked out once."""
        fields = cls.model_fields.items()
        presets = {n: f.default_factory() if f.default_factory else f.default for n, f in fields}  # type: ignore[call-arg]
        cls._columns = presets.keys()
        cls._defaults = {n: value for n, value in presets.items() if value is not PydanticUndefined}
        keys = [n for n, f in fields if getattr(f, "primary_key", False) is True and n != "tenant_id"]
        cls.key_of = itemgetter(*keys) if keys else _no_key

    def __new__(cls, **_values: Any) -> Self:
        """Without pydantic's private attributes: they cost more than the row."""
        return object.__new__(cls)

    def __init__(self, **values: Any) -> None:
        """Fill in defaults; unknown or missing columns are a TypeError."""
        cls = type(self)
        data = {**cls._defaults, **values}
        if data.keys() != cls._columns:
            unknown, missing = sorted(data.keys() - cls._columns), sorted(cls._columns - data.keys())
            found = f"has no {unknown}" if unknown else f"needs {', '.join(missing)}"
            raise TypeError(f"{cls.__name__} {found}")
        self.__dict__.update(data)

    def __setattr__(self, name: str, value: Any) -> None:
        journal, data = _current.get(), self.__dict__
        if journal is not None and name in data:
            journal.steps.append((self, name, data[name]))
        data[name] = value

    @property
    def over(self) -> bool:
        """Nothing is decided on it any more: it leaves memory once it is kept, and is read at need."""
        return False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key!r})"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    @classmethod
    def columns(cls) -> KeysView[str]:
        """The names of the columns."""
        return cls._columns

    @classmethod
    def lighten(cls) -> None:
        """Drop SQLAlchemy's session bookkeeping: rows here never meet a session.

        Columns are read from the row itself; in queries they are `Model.table().c.name`.
        """
        cls.__init__ = Row.__init__  # type: ignore[method-assign]
        for name in cls.table().columns.keys():  # noqa: SIM118 - a ColumnCollection gives columns
            if name in cls.__dict__:
                type.__delattr__(cls, name)

    @classmethod
    def from_store(cls, values: Any) -> Self:
        """A row as the database gave it, without going through a constructor."""
        row: Self = object.__new__(cls)
        row.__dict__.update(values)
        return row

    @classmethod
    def table(cls) -> Table:
        """The SQLAlchemy table behind the class."""
        return cast(Table, cls.__table__)  # type: ignore[attr-defined]

    @property
    def key(self) -> Any:
        """What identifies the row within its shop: a value, or a tuple of values."""
        return type(self).key_of(self.__dict__)

    def values(self) -> dict[str, Any]:
        """The row's columns."""
        data = self.__dict__
        return {name: data[name] for name in type(self)._columns}


def _no_key(_values: dict[str, Any]) -> tuple[()]:
    return ()


class Rows(Generic[R]):
    """The loaded rows of one table of one shop, by key and by the columns of `index_by`."""

    def __init__(self, model: type[R]) -> None:
        self.model = model
        self._rows: dict[Any, R] = {}
        self._key = model.key_of
        self.get: Callable[[Any], R | None] = self._rows.get
        """The row of this key, if loaded."""
        self._index: dict[str, dict[Any, dict[Any, R]]] = {name: {} for name in model.index_by}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._rows.values()))

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __getitem__(self, key: Any) -> R:
        return self._rows[key]

    def by(self, column: str, value: Any) -> list[R]:
        """The rows whose indexed column has this value, oldest first."""
        return list(self._index[column].get(value, {}).values())

    def add(self, row: R) -> R:
        """A new row, to be written with the current turn."""
        if self._key(row.__dict__) in self._rows:
            raise ValueError(f"{self.model.__name__} {row.key} exists")
        self.put(row)
        journal = _current.get()
        if journal is not None:
            journal.steps.append((row, _ADDED, self))
        return row

    def drop(self, row: R) -> None:
        """Forget and delete a row with the current turn."""
        self.forget(row)
        journal = _current.get()
        if journal is not None:
            journal.steps.append((row, _DROPPED, self))

    def adopt(self, rows: Iterable[R]) -> None:
        """Rows as they stand in the store; those already known stay as they are in memory."""
        for row in rows:
            if self._key(row.__dict__) not in self._rows:
                self.put(row)

    def release(self, rows: Iterable[R]) -> None:
        """Forget rows that can be read again at need."""
        for row in rows:
            self.forget(row)

    def put(self, row: R) -> None:
        """Find the row from now on, without writing it."""
        data = row.__dict__
        key = self._key(data)
        self._rows[key] = row
        for name, index in self._index.items():
            index.setdefault(data[name], {})[key] = row

    def forget(self, row: R) -> None:
        """Find the row no longer, without deleting it."""
        data = row.__dict__
        key = self._key(data)
        self._rows.pop(key, None)
        for name, index in self._index.items():
            bucket = index.get(data[name])
            if bucket is not None:
                bucket.pop(key, None)
                if not bucket:
                    index.pop(data[name], None)
