"""The error tree. A refusal of a complaint is a value (a Finding); these are for everything else.

RecourseError
├── PersonError            somebody can mend it: its text is one clear line for a person
│   ├── UsageError         a word, file or option given to us cannot be used            (exit code 2)
│   ├── SettingsError      a setting is missing, misspelled or contradicts another      (exit code 2)
│   └── NotPossible        a step that the present state does not allow                 (exit code 1)
├── Unavailable            something we need is away: try again later                   (451, retry)
└── Broken                 stored data or a child process is not as we left it          (park, tell staff)
"""


class RecourseError(Exception):
    """Everything that this program raises on purpose."""


class PersonError(RecourseError):
    """Its text is shown to a person as it is: what was read, what is wrong, an example of right."""


class UsageError(PersonError):
    """What a person gave us cannot be used."""


class SettingsError(PersonError):
    """The installation is configured in a way that cannot work."""


class NotPossible(PersonError):
    """The step asked for is not allowed in the present state, for example closing a closed ticket."""


class Unavailable(RecourseError):
    """Something outside is away for now; the same call may work later."""


class Broken(RecourseError):
    """Something is not as it must be and trying again will not mend it."""
