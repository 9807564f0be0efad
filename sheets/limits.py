"""How much of a file we are ready to read, and how much a child may use up doing it."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """An honest claim sheet stays far below all of them. Sizes in bytes, times in seconds."""

    file_size: int = 25 * MB
    entries: int = 2_000
    """Parts inside the .xlsx, which is a zip file."""
    unpacked: int = 200 * MB
    """The sum of the sizes that the parts declare. No reader believes more than is declared, so this stops bombs."""
    rows: int = 20_000
    """The last row that holds a value."""
    area: int = 2_000_000
    """Rows times columns of the rectangle that holds the values: the reader keeps all of it in memory."""
    cells: int = 400_000
    """Cells that hold a value."""
    text: int = 20 * MB
    """Characters in all cells together."""
    memory: int = 512 * MB
    """Address space of a child."""
    cpu_seconds: int = 20
    """CPU for one file."""
    other_cpu_seconds: int = 10
    """CPU for one request that is not about a sheet."""
    wall_seconds: float = 20.0
    """Time for one file, from handing it to a child until its answer is there."""


LIMITS = Limits()
