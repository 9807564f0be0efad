"""What every file of the repository keeps to, and what the locks hold."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.layout.source import ROOT, pyproject, tracked

ELSEWHERE = re.compile(
    # The classes of one letter keep this file from finding itself.
    rb"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|[.]debian[.]org/debian|proxy[.]golang|static[.]crates"
    rb"|(?<![\w.-])/(?:[w]ork|[o]pt/wheels|[o]pt/pypi|[r]oot|[t]mp/v0|[t]mp/plan)/"
)
"""Package registries and folders of a particular machine: a newcomer's machine has its own."""

PINNED = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[\w.!+]+)(?: ; [^\\]+)? \\\n(?P<hashes>(?: {4}--hash=sha256:.*\n)+)"
)


def locked(name: str) -> dict[str, str]:
    """Project → version in a lock. Fails on any other line than a pin with hashes: an option, an index, a path."""
    lines = (ROOT / name).read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not line.lstrip().startswith("#"))
    pins: dict[str, str] = {}
    while text:
        pin = PINNED.match(text)
        assert pin, f"{name}: not a pin with hashes: {text.splitlines()[0]}"
        pins[canonicalize_name(pin["name"])] = pin["version"]
        text = text[pin.end() :]
    return pins


def declared(*groups: str) -> list[Requirement]:
    """What pyproject.toml asks for in these groups, with what the program itself needs."""
    project, by_group = pyproject()["project"], pyproject()["dependency-groups"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    lines += [line for group in groups for line in by_group[group] if isinstance(line, str)]
    return [Requirement(line) for line in lines]


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path in tracked()
        for match in ELSEWHERE.finditer(path.read_bytes())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("lock", "groups"), [("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])]
)
def test_a_lock_pins_all_that_is_declared(lock: str, groups: list[str]) -> None:
    pins = locked(lock)
    missing = [
        str(wanted)
        for wanted in declared(*groups)
        if (version := pins.get(canonicalize_name(wanted.name))) is None or not wanted.specifier.contains(version)
    ]
    assert missing == []


def test_the_tests_run_on_what_users_get() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()
