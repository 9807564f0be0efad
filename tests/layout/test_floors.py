"""Who may know what: the floors of the house, the libraries of each room, no cycle, no clock below floor 3."""

import ast
import configparser
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.layout.source import ROOT, modules, rooms, tree, where

LIBRARIES: dict[str, set[str]] = {
    "bot": {
        "aiogram",
        "aiohttp",
        "aiosmtplib",
        "click",
        "cryptography",
        "prometheus_client",
        "rich",
        "slack_bolt",
        "slack_sdk",
        "starlette",
        "uvicorn",
    },
    "mailin": {"aiosmtpd", "cryptography", "dns", "imapclient", "spf"},
    "sheets": {"lxml", "openpyxl", "oxmsg", "python_calamine"},
    "storage": {"alembic", "asyncpg", "sqlalchemy"},
    "templates": {"babel", "jinja2", "markupsafe"},
    "conversations": {"rapidfuzz"},
    "tickets": set(),
    "complaints": {"holidays", "rapidfuzz"},
}
"""What each room may import beside the standard library and the floors below."""

PURE = ("complaints", "conversations", "tickets")


def imported(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """The first part of each name that the module imports absolutely."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0], node


def test_every_room_stands_in_the_contracts() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    assert sorted(config["importlinter"]["root_packages"].split()) == sorted(rooms())
    assert sorted(LIBRARIES) == sorted(rooms())


def test_imports_go_down_only() -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("room", rooms())
def test_a_room_uses_its_own_libraries_only(room: str) -> None:
    known = sys.stdlib_module_names | set(rooms()) | LIBRARIES[room]
    strangers = [
        f"{where(path, node)} {name}" for path in modules(room) for name, node in imported(path) if name not in known
    ]
    assert strangers == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph(*rooms(), cache_dir=None)
    below = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(list(graphlib.TopologicalSorter(below).static_order())) == len(graph.modules)


def test_no_clock_below_floor_3() -> None:
    looked = [
        where(path, node)
        for path in modules(*PURE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and ast.unparse(node.value).rpartition(".")[2] in {"date", "datetime"}
    ]
    assert looked == []
