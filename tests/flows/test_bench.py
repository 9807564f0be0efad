"""The benchmark runs and says what it must; how fast anything is, no test asks."""

import asyncio
import json
import sys


async def test_the_benchmark_runs_on_a_few_mails() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench", "--mails", "5", "--no-postgres", "--json", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    figures = json.loads(out)
    assert [(one["name"], one["senders"], one["mails"]) for one in figures] == [
        ("aiosmtpd + fsync", 1, 5),
        ("Recourse on SQLite", 1, 5),
        ("aiosmtpd + fsync", 10, 5),
        ("Recourse on SQLite", 10, 5),
    ]
    assert all(one["per_second"] > 0 and one["p50"] > 0 for one in figures)
