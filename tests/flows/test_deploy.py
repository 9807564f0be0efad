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


@pytest.mark.parametrize(
    "command",
    [
        ["verify"],
        ["security", "--offline=yes", "--threshold=20"],  # exposure, of 100; a unit without any hardening has 96
    ],
    ids=["verify", "security"],
)
def test_systemd_finds_the_unit_sound_and_hardened(command: list[str], tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    text = UNIT.read_text()
    assert INSTALLED in text
    unit.write_text(text.replace(INSTALLED, sys.executable))  # systemd wants the program to be there

    program = required_program("systemd", "systemd-analyze")
    checked = subprocess.run([program, *command, unit], capture_output=True, text=True, check=False)

    complaints = [line for line in checked.stderr.splitlines() if UNIT.name in line]
    assert (checked.returncode, complaints) == (0, []), checked.stdout + checked.stderr


def test_what_postfix_takes_fits_into_recourse() -> None:
    assert Limits().max_size > SIZE_LIMIT + 100_000, "Postfix adds header lines"
