"""Whether an endpoint slows down under the calls it is sent, for one that never says it is busy.

After Gradient2 of Netflix's concurrency-limits: the limit is multiplied by how much slower calls
are than they would be alone, and given the square root of itself to grow by. Two things differ.
Calls are compared with calls of their own size, as long replies take long. What a call takes alone
is the least that a smoothed latency has been; it is forgotten the slower the more calls are under
way, as a latency then says more about them than about the endpoint.
"""

import math

_TOLERANCE = 2.0
"""How much slower than alone a call may be before the limit falls."""
_SMOOTHING = 0.1
"""Weight of a new latency."""
_STEP = 0.2
"""Weight of a new limit."""
_FORGETTING = 0.05
"""Weight of a latency in what a call takes alone, where one call is under way."""


class Gradient:
    """How many calls at once an endpoint stands, by the latencies it shows."""

    def __init__(self, most: int) -> None:
        """Begin with `most`, and never allow more."""
        self._most = most
        self.limit = float(most)
        """Calls at once, 1 or more."""
        self._smoothed: dict[int, float] = {}
        self._alone: dict[int, float] = {}

    def observe(self, seconds: float, *, size: int, under_way: int) -> None:
        """Learn from a call that ended.

        Args:
            seconds: what it took.
            size: what it carried; calls within a power of two are compared.
            under_way: calls that were, this one included; few of them say nothing of the limit.
        """
        kind = size.bit_length()
        before = self._smoothed.get(kind, seconds)
        smoothed = self._smoothed[kind] = before + _SMOOTHING * (seconds - before)
        alone = min(self._alone.get(kind, smoothed), smoothed)
        self._alone[kind] = alone + (smoothed - alone) * _FORGETTING / under_way**3
        if under_way < self.limit / 2 or smoothed <= 0:
            return
        gradient = min(1.0, max(0.5, _TOLERANCE * alone / smoothed))
        wanted = self.limit * gradient + math.sqrt(self.limit)
        # Upward once a round: the calls under way do not show yet what the last step did.
        step = _STEP if wanted < self.limit else min(_STEP, 1 / self.limit)
        self.limit += step * (min(wanted, self._most) - self.limit)
        self.limit = min(max(self.limit, 1.0), self._most)
