"""Every letter by the name of its accident."""

from tests.letters import of_files, of_words
from tests.letters.accidents import Accident

LETTERS: dict[str, Accident] = {
    **of_files.NAMES,
    **of_files.WRAPPINGS,
    **of_files.STRUCTURES,
    **of_words.CHARSETS,
    **of_words.HEADER_BLOCKS,
    **of_words.FORMS,
}
