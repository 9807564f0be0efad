"""In small what `python -m tests.fuzz.signed 10000` does."""

from tests.fuzz.signed import compare


async def test_we_differ_from_dkimpy_only_where_we_are_stricter_by_a_rule() -> None:
    told, wrong = await compare(300)
    assert wrong == []
    assert told["both take it"] > 30
    assert told["both refuse it"] > 30
