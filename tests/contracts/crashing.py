"""A process that takes a job and never ends it, for a test that kills it: `python -m tests.contracts.crashing URL`."""

import asyncio
import sys

from storage.database import open_database
from storage.work import Effect, Job, Worker


async def never_ends(job: Job) -> Effect | None:
    print("working on", job.key, flush=True)
    await asyncio.Event().wait()
    return None


async def main(url: str) -> None:
    async with open_database(url, "crashing") as database:
        await Worker(database, {"test": never_ends}, lambda _session, _job, _error: None).run()


asyncio.run(main(sys.argv[1]))
