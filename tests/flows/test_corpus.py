"""The corpus: hundreds of workbooks by the programs that offices use, in every wrapper, are read as declared."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.judging import judge_file, unregistered_facts
from bot.letter_reader import FileReader
from complaints.eligibility import Facts
from complaints.model import Complaint
from tests.corpus.cases import Case
from tests.corpus.checking import wrong_in_file, wrong_in_folder, wrong_in_mail
from tests.corpus.containers import make_containers
from tests.corpus.making import make
from tests.corpus.other_files import file_cases
from tests.corpus.programs import PROGRAMS, Maker, Program
from tests.corpus.results import all_workbooks, tables
from tests.corpus.wrappers import contents, mail_cases

DOCS = Path(__file__).parents[2] / "docs" / "workbooks.md"
NOON = datetime(2026, 11, 24, 18, tzinfo=UTC)
BY_MAKER = {
    Maker.PYTHON: (),
    Maker.NODE: (pytest.mark.real("node"),),
    Maker.OFFICE: (pytest.mark.real("libreoffice"),),
}


class Corpus:
    """What one kind of programs wrote, and everything that was read otherwise than declared."""

    def __init__(self, folder: Path, cases: list[Case]) -> None:
        self.folder, self.cases = folder, cases
        self.wrong = asyncio.run(self._try())

    async def _try(self) -> dict[str, list[str]]:
        await make(self.cases, self.folder)
        async with FileReader(workers=2) as reader:
            return await wrong_in_folder([(self.folder / case.file_name, case.expected) for case in self.cases], reader)

    def of(self, program: Program) -> list[Case]:
        return [case for case in self.cases if case.program is program]


@pytest.fixture(scope="module")
def corpus_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Maker], Corpus]:
    """Made for one kind of programs when its first test asks."""
    made: dict[Maker, Corpus] = {}

    def corpus(maker: Maker) -> Corpus:
        if maker not in made:
            cases = [case for case in all_workbooks() if case.program.maker is maker]
            made[maker] = Corpus(tmp_path_factory.mktemp(maker), cases)
        return made[maker]

    return corpus


@pytest.mark.parametrize(
    "program", [pytest.param(program, id=program.key, marks=BY_MAKER[program.maker]) for program in PROGRAMS]
)
def test_every_workbook_of_a_program_is_read_as_declared(
    program: Program, corpus_by: Callable[[Maker], Corpus]
) -> None:
    corpus = corpus_by(program.maker)
    names = {case.file_name for case in corpus.of(program)}
    assert len(names) >= 15
    assert {name: problems for name, problems in corpus.wrong.items() if name in names} == {}
    assert all((corpus.folder / f"{name}.expected.json").exists() for name in names)


@pytest.mark.parametrize(
    "program", [pytest.param(program, id=program.key, marks=BY_MAKER[program.maker]) for program in PROGRAMS[::4]]
)
def test_judge_at_a_terminal_says_the_same(program: Program, corpus_by: Callable[[Maker], Corpus]) -> None:
    corpus = corpus_by(program.maker)
    case = next(case for case in corpus.of(program) if case.values in ("windows", "missing", "bad_dates", "twice"))

    async def known(complaint: Complaint) -> Facts:
        return unregistered_facts()

    judged = asyncio.run(judge_file(corpus.folder / case.file_name, NOON, known))
    beside = json.loads((corpus.folder / f"{case.file_name}.expected.json").read_text())
    assert [verdict.outcome for verdict in judged.verdicts] == [told["outcome"] for told in beside["complaints"]]


@pytest.mark.real("libreoffice")
@pytest.mark.real("node")
def test_wrappers_and_other_files_are_taken_for_what_they_are(tmp_path: Path) -> None:
    async def read() -> dict[str, list[str]]:
        what = contents()
        made = await make_containers(what, tmp_path)
        wrong = {}
        async with FileReader(workers=2) as reader:
            for mail in mail_cases(what, made):
                wrong[f"mail {mail.name}"] = await wrong_in_mail(mail.raw, mail.expected, reader)
            for file in file_cases(what, made):
                wrong[f"file {file.name}"] = await wrong_in_file(file.body, file.file_name, file.expected, reader)
        return {name: problems for name, problems in wrong.items() if problems}

    assert asyncio.run(read()) == {}


def test_it_is_as_large_as_it_says() -> None:
    assert len(all_workbooks()) >= 300
    assert len({case.file_name for case in all_workbooks()}) == len(all_workbooks())


def test_the_tables_in_the_docs_are_those_of_the_corpus() -> None:
    assert tables() in DOCS.read_text(encoding="utf-8"), "python -m tests.corpus --table prints what must stand there"
