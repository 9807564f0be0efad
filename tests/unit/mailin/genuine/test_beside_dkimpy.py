"""In small what `python -m tests.fuzz.signed 10000` does."""

import pytest

from tests.fuzz.signed import compare
from tests.parts.signing import rsa_key


@pytest.fixture(scope="module", autouse=True)
def _keys() -> None:
    """Making them takes long, and not in the loop."""
    rsa_key(1024)
    rsa_key(2048)


async def test_we_differ_from_dkimpy_only_where_we_are_stricter_by_a_rule() -> None:
    told, wrong = await compare(500)
    assert wrong == []
    assert told["both take it"] > 30
    assert told["both refuse it"] > 30
