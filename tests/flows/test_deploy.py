"""What we ship for an installation is taken by the programs that it is for."""

import subprocess
import sys
from pathlib import Path

import pytest

from mailin.receiver import Limits
from tests.parts.postfix import SIZE_LIMIT
from tests.parts.requirement import required_program

UNIT = Path(__file__).parents[2] / "deploy" / "recourse.service"
INSTALLED = "/opt/recourse/bin/recourse"


PORT_25 = UNIT.parent / "port-25.conf"


def installed(folder: Path, drop_in: str = "") -> Path:
    """The unit as systemd reads it from a folder, with what is put beside it."""
    unit = folder / UNIT.name
    text = UNIT.read_text()
    assert INSTALLED in text
    unit.write_text(text.replace(INSTALLED, sys.executable))  # systemd wants the program to be there
    if drop_in:
        beside = folder / f"{UNIT.name}.d" / PORT_25.name
        beside.parent.mkdir()
        beside.write_text(drop_in)
    return unit


def analyzed(unit: Path, *command: str) -> subprocess.CompletedProcess[str]:
    program = required_program("systemd", "systemd-analyze")
    return subprocess.run([program, *command, unit], capture_output=True, text=True, check=False)


def complaints(checked: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in checked.stderr.splitlines() if UNIT.name in line or PORT_25.name in line]


@pytest.mark.parametrize("as_mx", [False, True], ids=["behind", "mx"])
@pytest.mark.parametrize(
    "command",
    [
        ["verify"],
        ["security", "--offline=yes", "--threshold=20"],  # exposure, of 100; a unit without any hardening has 96
    ],
    ids=["verify", "security"],
)
def test_systemd_finds_the_unit_sound_and_hardened(command: list[str], as_mx: bool, tmp_path: Path) -> None:
    checked = analyzed(installed(tmp_path, PORT_25.read_text() if as_mx else ""), *command)
    assert (checked.returncode, complaints(checked)) == (0, []), checked.stdout + checked.stderr


def test_a_mistake_in_what_lets_it_listen_on_port_25_would_be_found(tmp_path: Path) -> None:
    wrong = PORT_25.read_text().replace("PrivateUsers", "PrivateUser")
    assert any("PrivateUser" in line for line in complaints(analyzed(installed(tmp_path, wrong), "verify")))


def test_what_postfix_takes_fits_into_recourse() -> None:
    assert Limits().max_size > SIZE_LIMIT + 100_000, "Postfix adds header lines"
