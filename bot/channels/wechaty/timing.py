"""How long the channel waits for what; all in seconds, and all in one place."""

from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The waits of one channel; the defaults are for production."""

    rpc: float = 10.0
    """A call to the gateway. Nothing in it waits for people."""
    start: float = 20.0
    """The gateway itself gives its puppet 15 s to start."""
    upload: float = 60.0
    greeting: float = 5.0
    """Gateways before 1.0 send no heartbeat on connecting: after this, go on without it."""
    first_delay: float = 0.5
    longest_delay: float = 5.0
    """Between attempts to reach a gateway that is gone, to be back soon after it is."""
    refused_delay: float = 30.0
    """Between attempts after the token was refused: somebody must change something first."""
    ding_every: float = 20.0
    ding_timeout: float = 5.0
    ding_misses: int = 2
    deaf_after: float = 70.0
    """No event at all for so long, though each ding brings a dong: the stream is dead."""
    taken_for: float = 60.0
    """After so long of ALREADY_EXISTS the stream of a client that died is ended by one Stop."""
    login_grace: float = 20.0
    """After connecting, before a missing login raises the alarm."""

    def delay(self, attempt: int, salt: str, longest: float | None = None) -> float:
        """The wait before `attempt` (from 0): doubling up to `longest`, 50 to 100 % of it.

        The jitter is hashed, not drawn, so that a run can be repeated.
        """
        full = min(self.first_delay * 2.0 ** min(attempt, 16), longest or self.longest_delay)
        return full * (0.5 + crc32(f"{salt}:{attempt}".encode()) / 2**33)
