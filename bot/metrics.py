"""Metrics: what the bot heard, said and has waiting, for Prometheus (K4)."""

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.channels import Event, Incoming
from storage.outbox import OutboxRow
from storage.timers import Timer

if TYPE_CHECKING:
    from bot.app import App


class Metrics:
    """Counters of one process; gauges are read when asked for."""

    def __init__(self, registry: CollectorRegistry, app: "App") -> None:
        self.registry = registry
        self._heard = Counter(
            "xiaotuan_events", "Events that channels delivered", ["kind"], registry=registry
        )
        sent = Gauge("xiaotuan_messages_sent", "Messages that channels took", registry=registry)
        sent.set_function(lambda: app.delivery.sent)
        waiting = Gauge("xiaotuan_outbox_waiting", "Messages not sent yet", registry=registry)
        waiting.set_function(lambda: len(app.worker.shop.rows(OutboxRow)))
        timers = Gauge("xiaotuan_timers", "Timers that have not fallen due", registry=registry)
        timers.set_function(lambda: len(app.worker.shop.rows(Timer)))

    def heard(self, event: Event) -> None:
        """Count one event by its kind."""
        kind = event.kind if isinstance(event, Incoming) else type(event).__name__.lower()
        known = ("text", "image", "voice", "link", "mini_program", "file", "group_note", "sticker")
        named = kind in known or not isinstance(event, Incoming)
        self._heard.labels(kind if named else "other").inc()
