"""Fuzzing guided by coverage, with atheris, which is no dependency of ours: install it beside.

    pip install --target /some/folder atheris
    PYTHONPATH=/some/folder:. python -m tests.fuzz.read_letter -max_total_time=3600 [a folder for what it finds]

The same of `headers`, `decoding`, `tnef`, `envelope` and `bounces`. Each module has one function, `one`, that takes any
bytes and raises when a rule does not hold; a test calls each with the project's letters.
"""

import importlib
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path


def fuzz(one: Callable[[bytes], None], seeds: Sequence[bytes]) -> None:
    """Does not return."""
    atheris = importlib.import_module("atheris")
    for room in ("mailin", "sheets"):
        for name in [name for name in sys.modules if name.partition(".")[0] == room]:
            module = sys.modules[name]
            for found in vars(module).values():
                if callable(found) and getattr(found, "__module__", None) == name and hasattr(found, "__code__"):
                    found.__code__ = atheris.instrument_func(found).__code__
    folder = Path(tempfile.mkdtemp(prefix="seeds"))
    for number, seed in enumerate(seeds):
        (folder / f"{number}").write_bytes(seed)
    atheris.Setup([*sys.argv, str(folder)], one)
    atheris.Fuzz()
