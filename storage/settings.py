"""What a shop is told by its owner's configuration: values only, no file and no environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Hours:
    """A daily span of local time; `start` later than `end` crosses midnight."""

    start: time
    end: time

    def contains(self, local: datetime) -> bool:
        """Whether the local moment lies inside (start included, end not)."""
        moment = local.time()
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    def next_start(self, local: datetime) -> datetime:
        """The next time at or after this moment that the span begins."""
        return _next(local, self.start)

    def next_end(self, local: datetime) -> datetime:
        """The next time after this moment that the span ends."""
        return _next(local, self.end)


def _next(local: datetime, at: time) -> datetime:
    today = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today >= local else today + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sla:
    """Time to the first human answer by class (E5); safety ignores business hours."""

    safety: timedelta = timedelta(minutes=2)
    complaint: timedelta = timedelta(minutes=5)
    refund: timedelta = timedelta(minutes=15)
    question: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Settings:
    """One shop's settings, as contract §7 names them."""

    name: str = "小团的店"
    timezone: ZoneInfo = SHANGHAI
    facts: Mapping[str, str] = field(default_factory=dict)
    pace: timedelta = timedelta(seconds=3)
    daily_messages_per_room: int = 60
    quiet_hours: Hours = Hours(time(22, 30), time(7, 30))
    business_hours: Hours = Hours(time(9), time(21))
    lead: str | None = None
    sla: Sla = Sla()
    next_sla: Sla | None = None
    """Time to each later human answer; None: as for the first."""
    digest: timedelta = timedelta(seconds=90)
    skills: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Agent → the kinds of cases he is for; whoever is not named is for all."""
    propose_up_to_fen: int = 0
    """Refunds up to this are put to the leader by rule, once a case is complete; 0: none (E18)."""

    def local(self, moment: datetime) -> datetime:
        """The moment on the shop's own clock."""
        return _in_zone(moment, self.timezone)


@lru_cache(4_096)  # a turn asks for the same few moments again and again
def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone)
