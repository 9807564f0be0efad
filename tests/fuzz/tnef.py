"""Any bytes read as a winmail.dat."""

from sheets.tnef import BadTnef, files_in_tnef
from tests.fuzz.guided import fuzz
from tests.letters.files import NAME, SHEET
from tests.unit.sheets.wrappers import winmail

SEEDS = (winmail({NAME: SHEET}), winmail({"\u00fc.csv": b"MCO\n"}, {NAME: SHEET}), winmail({}))


def one(data: bytes) -> None:
    try:
        files = files_in_tnef(data)
    except BadTnef:
        return
    assert sum(len(file.body) for file in files) <= len(data)


if __name__ == "__main__":
    fuzz(one, SEEDS)
