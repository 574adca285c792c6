"""The only file that asks what time it is: the real clock, one that can be moved, and a virtual one."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC moment."""

    def now(self) -> datetime:
        """The present moment."""


class RealClock:
    """Wall time that never goes back within a process, even when the machine's clock does."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The machine's time, or the last answer when the machine's clock was set back."""
        self._last = max(self._last, datetime.now(UTC))  # noqa: TID251 - the one place
        return self._last


class MovableClock(RealClock):
    """Real time plus an offset that people move forward in the simulator (快进)."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        super().__init__()
        self.offset = offset

    def now(self) -> datetime:
        """Real time plus the offset."""
        return super().now() + self.offset

    def advance(self, by: timedelta) -> None:
        """Move forward; a negative step is a ValueError."""
        if by < timedelta(0):
            raise ValueError("the clock never goes back")
        self.offset += by

    def advance_to(self, moment: datetime) -> None:
        """Move forward to a moment; an earlier one is a ValueError."""
        self.advance(moment - self.now())


class VirtualClock:
    """Stands still until it is moved (replay, tests)."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Where it was moved last."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Forward to a moment; an earlier one changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))


def stopwatch() -> float:
    """Seconds of monotonic time, for intervals and leases inside one process."""
    return monotonic()
