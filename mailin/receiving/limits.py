"""What the receiver bears."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes, times seconds. Whoever goes beyond one is told to come back, never that it was for good."""

    max_size: int = 25 * 1024 * 1024
    """The largest mail; announced as SIZE, 552 beyond it (the one exception: it would be too large for ever)."""
    max_bytes_in_flight: int = 128 * 1024 * 1024
    """Bytes of all mails that are being read or stored; 452 beyond it. One address may hold a quarter of them, or one
    mail of `max_size` where that is more. Our own mail servers are not counted."""
    max_recipients: int = 10
    """RCPT commands accepted in one transaction (all name the same mailbox); 452 beyond it."""
    max_connections: int = 200
    """Open connections; 421 beyond it."""
    max_per_peer: int = 20
    """Open connections of one address; 421 beyond it. Our own mail servers are not counted."""
    max_letters: int = 600
    """Mails of one address within `letters_period`; 451 beyond it. Our own mail servers are not counted."""
    letters_period: float = 3600
    max_commands: int = 500
    """Times that one connection may send the same command; 421 beyond it."""
    max_commands_without_mail: int = 100
    """Commands of one connection between two mails; 421 beyond it. Our own mail servers are not counted: they ask about
    many recipients before they have a mail."""
    timeout: float = 300
    """Time for one command, and for the whole of one DATA. Storing is not counted."""
    linger: float = 5
    """Time for the client to take what it was told last. Then the connection is cut, whether it did or not."""
