"""Rows that live in memory while they are decided on, and the journal that can take it all back.

A table class derives from `Row`. Setting an attribute copies the row's values into the current
journal on first touch, so a turn that refuses leaves nothing behind, and a batch knows what to write.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from pydantic_core import PydanticUndefined
from sqlalchemy import DateTime, Dialect, Numeric, Table, TypeDecorator
from sqlmodel import SQLModel

R = TypeVar("R", bound="Row")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. Naive values are refused; SQLite's naive answers get UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

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


class Quantity(TypeDecorator[Decimal]):
    """A quantity with up to three decimals, kept as an integer of thousandths."""

    impl = Numeric(18, 0)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | None:
        """Thousandths."""
        return None if value is None else Decimal(int(value * 1000))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Back to units, without needless zeros."""
        if value is None:
            return None
        units = Decimal(int(value)) / 1000
        return units.quantize(Decimal(1)) if units == units.to_integral_value() else units


class Journal:
    """What a turn or a batch changed, and how to take it back."""

    __slots__ = ("before", "fresh", "gone", "undo")

    def __init__(self) -> None:
        self.before: dict[int, tuple[Row, dict[str, Any]]] = {}
        self.fresh: dict[int, Row] = {}
        self.gone: dict[int, Row] = {}
        self.undo: list[Callable[[], object]] = []

    def touch(self, row: "Row") -> None:
        """Remember the row as it was before its first change."""
        key = id(row)
        if key not in self.before and key not in self.fresh:
            self.before[key] = (row, dict(row.__dict__))

    def rollback(self) -> None:
        """Put everything back as it was."""
        for step in reversed(self.undo):
            step()
        for row, values in self.before.values():
            row.__dict__.clear()
            row.__dict__.update(values)

    def absorb(self, turn: "Journal") -> None:
        """Take over what a finished turn did."""
        for key, kept in turn.before.items():
            if key not in self.before and key not in self.fresh:
                self.before[key] = kept
        self.fresh.update(turn.fresh)
        self.gone.update(turn.gone)
        self.undo.extend(turn.undo)

    @property
    def empty(self) -> bool:
        """Nothing to write."""
        return not (self.before or self.fresh or self.gone)

    def changed(self) -> dict[type["Row"], list["Row"]]:
        """The rows to write, by table, oldest touch first."""
        rows: dict[type[Row], list[Row]] = {}
        touched = [row for key, (row, _) in self.before.items() if key not in self.fresh]
        for row in (*self.fresh.values(), *touched):
            if id(row) not in self.gone:
                rows.setdefault(type(row), []).append(row)
        return rows

    def removed(self) -> dict[type["Row"], list["Row"]]:
        """The rows to delete, by table."""
        rows: dict[type[Row], list[Row]] = {}
        for row in self.gone.values():
            if id(row) not in self.fresh:
                rows.setdefault(type(row), []).append(row)
        return rows


_current: ContextVar[Journal | None] = ContextVar("journal", default=None)


@contextmanager
def journal_of(journal: Journal) -> Iterator[Journal]:
    """Changes inside the block go to this journal."""
    token = _current.set(journal)
    try:
        yield journal
    finally:
        _current.reset(token)


def current_journal() -> Journal | None:
    """The journal that changes go to now."""
    return _current.get()


def keep(journal: Journal) -> None:
    """Hand a finished journal to the one around it, if there is one."""
    outer = _current.get()
    if outer is not None:
        outer.absorb(journal)


class Row(SQLModel):
    """Base of every table: explicit values, no lazy loads, changes journalled.

    `where_live` selects what is loaded when a shop is opened: "all", "none" (fetched by partition), or
    a function that gives the condition. `partition` names the column by which the rest is fetched.
    """

    where_live: ClassVar[Any] = "all"
    partition: ClassVar[str | None] = None
    index_by: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]]
    _keys: ClassVar[tuple[str, ...]]

    def __new__(cls, **_values: Any) -> Self:
        """Without pydantic's private attributes: they cost more than the row."""
        return object.__new__(cls)

    def __init__(self, **values: Any) -> None:
        """Fill in defaults; unknown or missing columns are a TypeError."""
        cls = type(self)
        defaults = cls.defaults()
        data = {**defaults, **values}
        if len(data) > len(defaults):
            raise TypeError(f"{cls.__name__} has no {sorted(values.keys() - defaults.keys())}")
        if PydanticUndefined in data.values():
            missing = [name for name, value in data.items() if value is PydanticUndefined]
            raise TypeError(f"{cls.__name__} needs {', '.join(missing)}")
        self.__dict__.update(data)

    def __setattr__(self, name: str, value: Any) -> None:
        journal = _current.get()
        if journal is not None and name != "_sa_instance_state":
            journal.touch(self)
        self.__dict__[name] = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key!r})"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Column defaults; PydanticUndefined marks a column that must be given."""
        if "_defaults" not in cls.__dict__:
            cls._defaults = {
                name: (field.default_factory() if field.default_factory else field.default)  # type: ignore[call-arg]
                for name, field in cls.model_fields.items()
            }
        return cls._defaults

    @classmethod
    def lighten(cls) -> None:
        """Drop SQLAlchemy's session bookkeeping: rows here never meet a session.

        Columns are read from the row itself; in queries they are `Model.table().c.name`.
        """
        cls.__init__ = Row.__init__  # type: ignore[method-assign]
        cls.defaults()
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

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The primary key's columns without the tenant."""
        if "_keys" not in cls.__dict__:
            names = (column.name for column in cls.table().primary_key.columns)
            cls._keys = tuple(name for name in names if name != "tenant_id")
        return cls._keys

    @property
    def key(self) -> Any:
        """What identifies the row within its shop: a value, or a tuple of values."""
        names = type(self).keys()
        if len(names) == 1:
            return self.__dict__[names[0]]
        return tuple(self.__dict__[name] for name in names)

    def values(self) -> dict[str, Any]:
        """The row's columns."""
        data = self.__dict__
        return {name: data[name] for name in type(self).defaults()}


class Rows(Generic[R]):
    """The loaded rows of one table of one shop, by key and by the columns of `index_by`."""

    def __init__(self, model: type[R]) -> None:
        self.model = model
        self._rows: dict[Any, R] = {}
        self._index: dict[str, dict[Any, dict[Any, R]]] = {name: {} for name in model.index_by}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._rows.values()))

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def get(self, key: Any) -> R | None:
        """The row of this key, if loaded."""
        return self._rows.get(key)

    def __getitem__(self, key: Any) -> R:
        return self._rows[key]

    def by(self, column: str, value: Any) -> list[R]:
        """The rows whose indexed column has this value, oldest first."""
        return list(self._index[column].get(value, {}).values())

    def add(self, row: R) -> R:
        """A new row, to be written with the current turn."""
        key = row.key
        if key in self._rows:
            raise ValueError(f"{self.model.__name__} {key} exists")
        self._put(row)
        journal = _current.get()
        if journal is not None:
            journal.fresh[id(row)] = row
            journal.undo.append(lambda: self._take(row))
        return row

    def drop(self, row: R) -> None:
        """Forget and delete a row with the current turn."""
        self._take(row)
        journal = _current.get()
        if journal is not None:
            journal.gone[id(row)] = row
            journal.undo.append(lambda: self._put(row))

    def adopt(self, rows: Iterable[R]) -> None:
        """Rows as they stand in the store; those already known stay as they are in memory."""
        for row in rows:
            if row.key not in self._rows:
                self._put(row)

    def release(self, rows: Iterable[R]) -> None:
        """Forget rows that can be read again at need."""
        for row in rows:
            self._take(row)

    def _put(self, row: R) -> None:
        key = row.key
        self._rows[key] = row
        for name, index in self._index.items():
            index.setdefault(row.__dict__[name], {})[key] = row

    def _take(self, row: R) -> None:
        key = row.key
        self._rows.pop(key, None)
        for name, index in self._index.items():
            bucket = index.get(row.__dict__[name])
            if bucket is not None:
                bucket.pop(key, None)
                if not bucket:
                    index.pop(row.__dict__[name], None)
