"""The benchmark runs and says what it must; how fast anything is, no test asks."""

import asyncio
import json
import sys
from typing import Any


async def bench(*words: str) -> Any:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench", *words, "--no-postgres", "--json", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(out)


async def test_the_benchmark_runs_on_a_few_mails() -> None:
    found = await bench("mails", "--mails", "5")
    assert [(one["name"], one["senders"], one["mails"]) for one in found["mails"]] == [
        ("aiosmtpd + fsync", 1, 5),
        ("Recourse on SQLite", 1, 5),
        ("aiosmtpd + fsync", 10, 5),
        ("Recourse on SQLite", 10, 5),
    ]
    assert all(one["per_second"] > 0 and one["p50"] > 0 for one in found["mails"])


async def test_the_benchmark_runs_with_a_few_people_in_chats() -> None:
    found = await bench("chats", "starts", "--people", "2", "--open-chats", "3", "--starts", "1")
    assert [(one["name"], one["turns"]) for one in found["chats"]] == [
        ("WebSocket echo", 28),
        ("Recourse on SQLite", 28),
    ]
    assert all(one["per_second"] > 0 and 0 < one["p50"] <= one["p99"] for one in found["chats"])
    assert all(one["memory_before"] > 0 and one["memory_open"] > 0 for one in found["chats"])
    assert [one["name"] for one in found["starts"]] == ["Recourse, mail only", "Recourse with its pages"]
    assert all(one["milliseconds"] > 0 and one["memory"] > 0 for one in found["starts"])


async def test_the_benchmark_runs_on_small_claim_sheets() -> None:
    ((found,),) = (await bench("sheets", "--rows", "20", "50", "--times", "3", "--letters", "20")).values()
    assert [(one["name"], one["rows"]) for one in found["files"]] == [
        (name, rows) for rows in (20, 50) for name in ("calamine", "read", "read to complaints", "marked")
    ]
    assert all(one["wall"] > 0 for one in found["files"])
    honest, hostile = found["memory"][:3], found["memory"][3:]
    assert [one["ended"] for one in honest] == ["answered"] * 3
    assert hostile
    assert not [one["name"] for one in hostile if one["ended"] == "answered"]
    assert all(0 < one["resident"] <= one["address_space"] <= one["bound"] for one in found["memory"])
    assert [(one["sent"]["name"], one["sent"]["mails"], one["hostile"]) for one in found["letters"]] == [
        ("aiosmtpd + fsync", 20, 0),
        ("all honest", 20, 0),
        ("one hostile in 20", 20, 1),
    ]
    assert all(one["sent"]["per_second"] > 0 for one in found["letters"])
