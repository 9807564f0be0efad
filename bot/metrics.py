"""What `recourse serve` counts, in Prometheus' words. `bot.metrics_page` shows it."""

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest

from bot.memory import resident_bytes
from mailin.arriving import Way
from mailin.receiver import Receiver
from storage.queues import Queues


class Metrics:
    """One for each server. Names and labels are ours: never an address, never anything that a mail says."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._mails = self._counter("mails", "Mails heard to their end, by way and reply", "way", "code")
        self._limits = self._counter("limits_reached", "Times that mail was told to come later, by limit", "limit")
        self._connections = self._gauge("mail_connections", "Open connections that bring mail", "way")
        self._in_flight = self._gauge("mail_bytes_in_flight", "Bytes of mails being received and stored", "way")
        self._gauge("resident_bytes", "Memory of the server without its children").set_function(resident_bytes)
        self._jobs = self._gauge("jobs", "Work that waits or is being done, by kind", "kind")
        self._parked = self._gauge("jobs_parked", "Work that was given up, by kind", "kind")
        self._unread = self._gauge("letters_waiting", "Letters without an outcome")
        self._apart = self._gauge("letters_apart", "Letters that wait for staff, by outcome", "outcome")
        self._notices = self._gauge("notices", "Answers that were not sent or came back, by state", "state")
        self._deferred = self._gauge("mails_deferred", "Mails told to come again, whose sender could not be checked")

    def _counter(self, name: str, means: str, *labels: str) -> Counter:
        return Counter(f"recourse_{name}", means, labels, registry=self.registry)

    def _gauge(self, name: str, means: str, *labels: str) -> Gauge:
        return Gauge(f"recourse_{name}", means, labels, registry=self.registry)

    def answered(self, way: Way, code: str) -> None:
        """A mail was heard to its end and answered."""
        self._mails.labels(way.value, code).inc()

    def limited(self, limit: str) -> None:
        """A limit was reached and mail told to come later."""
        self._limits.labels(limit).inc()

    def watch(self, way: Way, receiver: Receiver) -> None:
        """Tell how much is going on at this door."""
        self._connections.labels(way.value).set_function(lambda: receiver.connections)
        self._in_flight.labels(way.value).set_function(lambda: receiver.room.taken)

    def text(self, waiting: Queues) -> bytes:
        """All of it, as Prometheus reads it."""
        for gauge, counts in (
            (self._jobs, waiting.jobs),
            (self._parked, waiting.parked),
            (self._apart, waiting.apart),
            (self._notices, waiting.notices),
        ):
            gauge.clear()
            for label, count in counts.items():
                gauge.labels(label).set(count)
        self._unread.set(waiting.unread)
        self._deferred.set(waiting.deferred)
        return generate_latest(self.registry)
