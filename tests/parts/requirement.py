"""When a real component is not installed, its tests are skipped with the reason, or fail where CI promised it."""

import os
import shutil

import pytest

SYSTEM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin")
"""Where servers are installed; an unprivileged user's PATH does not name them."""


def require(part: str, present: bool, why: str = "is not installed here") -> None:
    """Skip the test unless the part is present; fail it if RECOURSE_TESTS_REQUIRE is `all` or names the part."""
    if present:
        return
    required = os.environ.get("RECOURSE_TESTS_REQUIRE", "").replace(",", " ").split()
    if "all" in required or part in required:
        pytest.fail(f"{part} {why}, and RECOURSE_TESTS_REQUIRE asks for it", pytrace=False)
    pytest.skip(f"{part} {why}")


def required_program(part: str, name: str) -> str:
    """The full path of a part's program."""
    path = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS)))
    require(part, path is not None)
    assert path is not None
    return path
