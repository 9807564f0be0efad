"""Any bytes read as a letter."""

from tests.fuzz.guided import fuzz
from tests.fuzz.mutations import SEEDS
from tests.fuzz.rules import check_reading


def one(data: bytes) -> None:
    check_reading(data)


if __name__ == "__main__":
    fuzz(one, SEEDS)
