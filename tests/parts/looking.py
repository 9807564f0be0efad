"""A look into the database that does not go through our own storage: an independent checker's eye."""

import asyncio
import sqlite3
from typing import Any

import asyncpg


async def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a SELECT, on `sqlite:///PATH` (while a server writes it, too) or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return await asyncio.to_thread(_from_file, url.removeprefix("sqlite:///"), query)
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


def _from_file(path: str, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
