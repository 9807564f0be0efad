"""Mails that are told to come again: those that wait too long are counted, and those that nobody hears of any more
are not."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from storage import deferrals
from storage.database import Database

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("first", "last", "counted"), [(2 * HOUR, HOUR, 1), (HOUR / 2, HOUR / 4, 0), (30 * HOUR, 25 * HOUR, 0)]
)
async def test_a_mail_waits_too_long_after_an_hour_while_it_is_heard_of(
    database: Database, first: timedelta, last: timedelta, counted: int
) -> None:
    for ago in (first, last):
        await database.run(partial(deferrals.note, key="a mail", now=datetime.now(UTC) - ago))
    assert await database.run(deferrals.count_kept_waiting) == counted
