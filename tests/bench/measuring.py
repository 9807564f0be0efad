"""What a run cost: CPU and memory of processes as Linux counts them, and percentiles."""

import os
import statistics
from collections.abc import Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], part: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1] if len(values) > 1 else values[0]


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes, their children and the children that have ended."""
    total = 0
    for pid in _with_children(pids):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
    return total / TICKS


def _with_children(pids: Sequence[int]) -> set[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields.rpartition(")")[2].split()[1]), []).append(int(entry.parent.name))
    found, todo = set(pids), list(pids)
    while todo:
        children = [child for child in parents.get(todo.pop(), []) if child not in found]
        found.update(children)
        todo.extend(children)
    return found


def resident(pid: int) -> float:
    """Memory that the process has for itself and shares, in kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))
