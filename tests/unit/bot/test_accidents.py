"""Whatever happened to a mail on its way: its words can be read, its files are found, or it is told what was lost."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.letter_reader import FileReader
from bot.unpacking import unpack
from mailin.letter import Letter
from tests.letters.accidents import Accident
from tests.letters.all import LETTERS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[FileReader]:
    async with FileReader(workers=1) as reader:
        yield reader


@pytest.mark.parametrize("accident", LETTERS.values(), ids=LETTERS)
async def test_every_accident_ends_in_text_and_files_or_a_stated_loss(accident: Accident, reader: FileReader) -> None:
    found = await reader.letters.read(accident.raw, "ann@clinic.example")
    assert isinstance(found, Letter), found
    assert (found.sender, found.subject, found.text) == (accident.sender, accident.subject, accident.text)
    unpacked = await unpack(found.attachments, reader)
    assert [(file.name, file.body) for file in unpacked.files] == list(accident.files)
    assert unpacked.refused == ()
    assert len(found.losses) == len(accident.losses), found.losses
    assert all(words in loss for words, loss in zip(accident.losses, found.losses, strict=True)), found.losses
