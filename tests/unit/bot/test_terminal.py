"""What a person reads at a terminal: words and short times, and counts that fit what was done."""

from typing import Any

import pytest

from bot.replay_printing import print_summary, summary
from bot.terminal import in_words, print_table, short_times


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (7, "7"),
        (True, "yes"),
        ([], ""),
        (["one", "two"], "one; two"),
        ([{"domain": "clinic.example", "result": "pass", "why": ""}], "domain clinic.example, result pass, why"),
        ("2026-11-24T20:26:11.123456+00:00", "2026-11-24 20:26"),
        ("2026-11-24T20:26:00Z", "2026-11-24 20:26"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T20:26:11-06:00", "2026-11-24T20:26:11-06:00"),
        ("in its words: 2026-11-24T20:26:11Z", "in its words: 2026-11-24T20:26:11Z"),
    ],
)
def test_a_value_is_said_in_words(value: object, said: str) -> None:
    assert in_words(value) == said


def test_a_table_has_times_as_people_write_them(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("id", "received"), [[1, "2026-11-24T20:26:11.5+00:00"]], "none")
    assert "2026-11-24 20:26\n" in "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines()) + "\n"
    assert short_times("since 2026-11-24T20:26:11+00:00: so") == "since 2026-11-24 20:26: so"


def replayed(*, was_decided: bool, tried: bool = True) -> dict[str, Any]:
    return {"now": {} if tried else None, "was_decided": was_decided, "differs": []}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([replayed(was_decided=True)], "1 judged again, 1 the same, 0 different.\n"),
        ([replayed(was_decided=False)], "1 letter was not decided yet: told is what would become of it now.\n"),
        (
            [replayed(was_decided=True), *[replayed(was_decided=False)] * 2],
            "1 judged again, 1 the same, 0 different.\n"
            "2 letters were not decided yet: told is what would become of them now.\n",
        ),
        ([replayed(was_decided=False, tried=False)], "1 letter was not tried.\n"),
        ([], "There are no such letters.\n"),
    ],
)
def test_replayed_letters_are_counted_as_what_they_are(
    found: list[dict[str, Any]], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(summary(found))
    assert capsys.readouterr().out == said
