"""What is counted, for Prometheus. Names and labels hold no customer's words and no account of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"canmou_{name}", what, labels, registry=self.registry)

        self.accepted = counter("messages_accepted", "Messages committed to the inbox", "channel", "is")
        self.not_accepted = counter("messages_not_accepted", "Messages that could not be committed", "channel")
        self.refused = counter("requests_refused", "Requests that a channel refused", "channel", "status")
        self.commits = counter("inbox_commits", "Commits that took messages in")
        self.handled = counter("messages_handled", "Messages worked on", "channel", "how")
        self.sent = counter("messages_sent", "Messages of the outbox tried", "channel", "how")
        self.commit_size = Histogram(
            "canmou_inbox_commit_messages",
            "Messages that shared a commit",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
            registry=self.registry,
        )
        self.waited = Histogram(
            "canmou_message_seconds",
            "From a message's arrival to its queued reply",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.delivery = Histogram(
            "canmou_delivery_seconds", "The vendor's answer to a message sent", ("channel",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip

    def watch(self, queues: Callable[[], Mapping[str, tuple[Mapping[str, int], datetime | None]]]) -> None:
        """Adds what only the database knows: how long the queues are, by state, and since when the oldest waits."""
        self.registry.register(_Queues(queues))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Queues(Collector):
    def __init__(self, look: Callable[[], Mapping[str, tuple[Mapping[str, int], datetime | None]]]) -> None:
        self._look = look

    def collect(self) -> Iterable[Metric]:
        length = GaugeMetricFamily("canmou_queue_messages", "Messages in a queue", labels=("queue", "state"))
        age = GaugeMetricFamily("canmou_queue_oldest_seconds", "How long the oldest message waits", labels=("queue",))
        up = GaugeMetricFamily("canmou_database_up", "Whether the database answers")
        now = datetime.now(UTC)
        try:
            queues = self._look()
        except Exception:  # what this process has counted is wanted most when the database is down
            up.add_metric([], 0.0)
            return [up]
        up.add_metric([], 1.0)
        for queue, (counts, oldest) in queues.items():
            for state in ("waiting", "working", "failed"):
                length.add_metric([queue, state], counts.get(state, 0))
            age.add_metric([queue], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
        return [up, length, age]
