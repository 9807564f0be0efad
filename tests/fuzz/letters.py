"""`python -m tests.fuzz.letters SECONDS [SEED]`: mutated letters read for so long, each held to the `rules`."""

import random
import sys
import time
from collections import Counter

from mailin.letter import Letter
from tests.fuzz.mutations import drawn
from tests.fuzz.rules import check_reading, keep


def run(seconds: float, seed: int) -> str:
    source = random.Random(seed)
    kinds: Counter[str] = Counter()
    worst = 0.0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        raw = drawn(source)
        began = time.thread_time()
        try:
            found = check_reading(raw)
        except BaseException:
            keep(raw, f"seed {seed}, after {kinds.total()} letters")
            raise
        worst = max(worst, time.thread_time() - began)
        kinds["read" if isinstance(found, Letter) else found.reason.value] += 1
    return f"{kinds.total()} letters in {seconds:.0f} s, most CPU for one {worst:.3f} s: {dict(kinds)}"


if __name__ == "__main__":
    sys.stdout.write(run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0) + "\n")
