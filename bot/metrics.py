"""Metrics: what the bot heard, said and has waiting, for Prometheus (K4)."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.channels import Event, Incoming
from storage.outbox import OutboxRow
from storage.shop import Shop
from storage.timers import Timer


class Metrics:
    """Counters of one process; gauges are read when asked for. A gateway has no shop to look at."""

    def __init__(
        self, registry: CollectorRegistry, sent: Callable[[], int], shop: Callable[[], Shop] | None = None
    ) -> None:
        self.registry = registry
        self._heard = Counter(
            "xiaotuan_events", "Events that channels delivered", ["kind"], registry=registry
        )
        taken = Gauge("xiaotuan_messages_sent", "Messages that channels took", registry=registry)
        taken.set_function(sent)
        if shop is None:
            return
        waiting = Gauge("xiaotuan_outbox_waiting", "Messages not sent yet", registry=registry)
        waiting.set_function(lambda: len(shop().rows(OutboxRow)))
        timers = Gauge("xiaotuan_timers", "Timers that have not fallen due", registry=registry)
        timers.set_function(lambda: len(shop().rows(Timer)))

    def heard(self, event: Event) -> None:
        """Count one event by its kind."""
        kind = event.kind if isinstance(event, Incoming) else type(event).__name__.lower()
        known = ("text", "image", "voice", "link", "mini_program", "file", "group_note", "sticker")
        named = kind in known or not isinstance(event, Incoming)
        self._heard.labels(kind if named else "other").inc()
