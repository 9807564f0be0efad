"""A registration sheet in words: what is wrong in which row, who is registered now, what staff refused."""

from collections.abc import Iterable

from complaints.model import Flaw
from complaints.notices import Registered, RegistrationApproved, RegistrationReceived, RegistrationRefused
from complaints.registration_sheet import Problem, RegistrationFault, RegistrationField, Trouble
from templates.flaws import wrong_and_remedy
from templates.reasons import MOST_LISTED, Reason, Reasons
from templates.words import capital, clean, counted, day, listed, numbered

REGISTRATION_NAMES: dict[RegistrationField, str] = {
    RegistrationField.PROVIDER_NAME: "provider or facility name",
    RegistrationField.HFS_ID: "HFS provider ID",
    RegistrationField.NPI: "NPI",
    RegistrationField.PROVIDER_TYPE: "provider type",
    RegistrationField.USER_NAME: "user name",
    RegistrationField.EMAIL: "e-mail address",
    RegistrationField.PHONE: "phone number",
    RegistrationField.ROLE: "role",
}
REGISTRATION_EXAMPLES: dict[RegistrationField, str] = {
    RegistrationField.PROVIDER_NAME: "Lakeside Family Clinic",
    RegistrationField.HFS_ID: "036112345001",
    RegistrationField.NPI: "1234567893",
    RegistrationField.PROVIDER_TYPE: "clinic",
    RegistrationField.USER_NAME: "Dana Ortiz",
    RegistrationField.EMAIL: "billing@clinic.example",
    RegistrationField.PHONE: "312-555-0142",
    RegistrationField.ROLE: "Provider",
}
_DIGITS = {RegistrationField.HFS_ID: 12, RegistrationField.NPI: 10}
LONGEST_NAME = 100
LONGEST_REASON = 2000
MOST_PEOPLE = 50


def problem_says(problem: Problem) -> str:
    """What is wrong with one cell and how to write it right, for the mail and for a comment in the marked sheet."""
    name, example = REGISTRATION_NAMES[problem.field], REGISTRATION_EXAMPLES[problem.field]
    match problem.trouble:
        case Trouble.MISSING:
            return f"The {name} is missing, and it is required. Write it, for example {example}."
        case Trouble.NOT_AN_ADDRESS:
            return f"The {name} is not one that mail can go to. Write one address, for example {example}."
        case Flaw.NOT_A_CHOICE:
            return f"The {name} is none of the choices. Choose one: Provider or Billing agent."
        case Flaw.WRONG_LENGTH if problem.field in _DIGITS:
            return (
                f"The {name} does not have exactly {_DIGITS[problem.field]} digits. "
                f"Write all of them, zeros in front too, for example {example}."
            )
        case flaw:
            wrong, remedy = wrong_and_remedy(flaw)
            return f"The {name} {wrong}. {remedy}, for example {example}."


def no_table_says(fault: RegistrationFault) -> str:
    """For a workbook in which nothing looks like the registration sheet."""
    columns = listed([f"the {REGISTRATION_NAMES[problem.field]}" for problem in fault.problems])
    return (
        f"The file has no table of registrations that we can read. It needs a column for {columns}, and one row for "
        "each person and provider."
    )


def fault_reasons(faults: Iterable[RegistrationFault]) -> Reasons:
    """By row and column; problems that read alike in one column are told once, as for claims."""
    groups: dict[tuple[str, str | None], list[int]] = {}
    tables = []
    for fault in faults:
        if fault.row is None:
            tables.append(Reason("", no_table_says(fault)))
            continue
        for problem in fault.problems:
            groups.setdefault((problem_says(problem), problem.place.column), []).append(fault.row)
    told = [Reason(_place(rows, column), text) for (text, column), rows in groups.items()]
    rest = sorted({row for rows in list(groups.values())[MOST_LISTED:] for row in rows})
    more = (Reason(capital(numbered("row", rest)), "Something else is wrong."),) if rest else ()
    return Reasons((*tables, *told[:MOST_LISTED]), more)


def _place(rows: Iterable[int], column: str | None) -> str:
    where = capital(numbered("row", rows))
    return f"{where}, column {column}" if column else where


def status_of_row(fault: RegistrationFault | None) -> str:
    """For the status column of the marked sheet; None: nothing is wrong in the row."""
    if fault is None:
        return "Nothing wrong in this row"
    names = dict.fromkeys(REGISTRATION_NAMES[problem.field] for problem in fault.problems)
    return f"Not right yet: {listed(list(names))}"


def marked_title(received: RegistrationReceived) -> str:
    """For the first sheet of the marked workbook: what the answer's subject says."""
    return str(received_words(received)["headline"])


def received_words(received: RegistrationReceived) -> dict[str, object]:
    wrong = [fault for fault in received.faults if fault.row is not None]
    return {
        "headline": _headline(received, len(wrong)),
        "in_hand": _in_hand(received),
        "waits": bool(received.accepted or received.repeated) or not (received.faults or received.registered),
        "only_known": bool(received.registered) and not (received.accepted or received.repeated or received.faults),
        "wrong": len(wrong),
        "why": fault_reasons(received.faults),
        "marked": received.marked,
    }


def _headline(received: RegistrationReceived, wrong: int) -> str:
    waiting = received.accepted + received.repeated
    if not received.faults:
        if received.registered and not waiting:
            return "Registered already: there is nothing to do"
        return "We have your registration sheet, and staff will check it"
    if not wrong:
        return "Not registered yet: no registrations in the file"
    need = f"{counted(wrong, 'row')} {'needs' if wrong == 1 else 'need'} you"
    return f"Registration: {counted(waiting, 'row')} with staff, {need}" if waiting else f"Not registered yet: {need}"


def _in_hand(received: RegistrationReceived) -> list[str]:
    said = []
    if received.accepted:
        said.append(f"{_are(received.accepted)} with staff now.")
    if received.repeated:
        said.append(f"{_are(received.repeated)} with staff already, from an earlier mail of yours.")
    if received.registered:
        who = "somebody who is" if received.registered == 1 else "people who are"
        said.append(f"{_are(received.registered)} of {who} registered for that provider already.")
    return said


def _are(rows: int) -> str:
    return f"{counted(rows, 'row')} {'is' if rows == 1 else 'are'}"


def approved_words(approved: RegistrationApproved) -> dict[str, object]:
    providers = list(dict.fromkeys(clean(one.provider, LONGEST_NAME) for one in approved.people))
    return {
        "short": "Registered: you can file complaints now" if providers else "Your registration sheet was checked",
        "sent_on": day(approved.sent_on),
        **_people(approved.people),
    }


def refused_words(refused: RegistrationRefused) -> dict[str, object]:
    return {
        "sent_on": day(refused.sent_on),
        "reason": clean(refused.reason, LONGEST_REASON),
        **_people(refused.people),
    }


def _people(people: tuple[Registered, ...]) -> dict[str, object]:
    return {
        "people": [
            (clean(one.address, LONGEST_NAME), clean(one.provider, LONGEST_NAME)) for one in people[:MOST_PEOPLE]
        ],
        "more": max(0, len(people) - MOST_PEOPLE),
    }
