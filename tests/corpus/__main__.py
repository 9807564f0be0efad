"""`python -m tests.corpus FOLDER`: makes the corpus there, each file with its expected verdict beside it, reads it and
tells what is wrong. `--table` prints the tables of docs/workbooks.md instead, as they are when nothing is."""

import asyncio
import sys
from pathlib import Path

from bot.letter_reader import FileReader
from tests.corpus.checking import wrong_in_file, wrong_in_folder, wrong_in_mail
from tests.corpus.containers import make_containers
from tests.corpus.making import make
from tests.corpus.other_files import file_cases
from tests.corpus.results import all_workbooks, tables
from tests.corpus.wrappers import contents, mail_cases


async def try_all(folder: Path) -> dict[str, list[str]]:
    """Name → what is wrong, over workbooks, mails and other files."""
    cases = all_workbooks()
    await make(cases, folder)
    what = contents()
    made = await make_containers(what, folder / "containers")
    async with FileReader(workers=2) as reader:
        wrong = await wrong_in_folder([(folder / case.file_name, case.expected) for case in cases], reader)
        for mail in mail_cases(what, made):
            wrong[f"mail {mail.name}"] = await wrong_in_mail(mail.raw, mail.expected, reader)
        for file in file_cases(what, made):
            wrong[f"file {file.name}"] = await wrong_in_file(file.body, file.file_name, file.expected, reader)
    return {name: problems for name, problems in wrong.items() if problems}


def main(arguments: list[str]) -> int:
    if arguments == ["--table"]:
        print(tables())
        return 0
    if len(arguments) != 1:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    wrong = asyncio.run(try_all(folder))
    for name, problems in sorted(wrong.items()):
        print(name, *problems, sep="\n    ")
    print(f"{len(wrong)} files are not read as declared.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
