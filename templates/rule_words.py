"""What is said of each intake rule. `findings.says` chooses among these."""

from datetime import date

from complaints.model import MEMBER_FIELDS, Field, Source
from complaints.policy import load_policy
from complaints.verdict import Finding, ReasonCode
from templates.flaws import dates, example, field_name, read
from templates.words import EXAMPLES, FIELD_NAMES, clean, day, listed, unit


def about_time(finding: Finding) -> str:
    if finding.field in MEMBER_FIELDS:
        return f"The {field_name(finding)} is still to come. Check the date and write the day of the service."
    filed, first, last = finding.dispute_date, finding.eligible_from, finding.eligible_until
    known = f"The dispute was submitted to the MCO on {day(filed)}." if filed else ""
    match finding.code:
        case ReasonCode.TOO_EARLY:
            until = f" until {day(last)}" if last else ""
            rule = f"The state takes complaints from {_day_number(filed, first)}"
            rule += f", so this one from {day(first)}{until}." if first else "."
            return _joined(known, rule, "Send it again between those dates.")
        case ReasonCode.TOO_LATE:
            rule = f"The last day for a complaint was {_day_number(filed, last)}"
            rule += f", {day(last)}." if last else "."
            return _joined(known, rule, "Nothing more can be filed with the state for this dispute.")
        case ReasonCode.BEFORE_PROGRAM:
            began = day(load_policy().program_start)
            rule = f"The state takes complaints since {began}"
            rule += ", and this dispute was out of time already then." if filed else " and not before."
            return _joined(known, rule, "Nothing can be filed here for this dispute.")
        case _:
            name = field_name(finding) if finding.field else FIELD_NAMES[Field.DISPUTE_DATE]
            what = f"The {name} reads {day(filed)}" if filed else f"The {name} reads {read(finding) or 'a day'}"
            return f"{what}, which is still to come. Write the day on which it happened, for example {_right_date()}."


def _day_number(filed: date | None, limit: date | None) -> str:
    """day 30: counted from the day the dispute was submitted, so that the law's figures stay in the policy."""
    return f"day {(limit - filed).days}" if filed and limit else "a set day after that"


def _right_date() -> str:
    return EXAMPLES[Field.DISPUTE_DATE]


def about_blank(finding: Finding) -> str:
    match finding.code:
        case ReasonCode.MISSING_DISPUTE_DATE:
            return (
                "There is no date submitted to the MCO. A dispute goes to the MCO first, and the state counts its days "
                f"from then. Write that date, for example {_right_date()}."
            )
        case ReasonCode.MISSING_TRACKING_NUMBER:
            shown = read(finding)
            what = f"The tracking number reads {shown}, which is none." if shown else "There is no tracking number."
            return (
                f"{what} The MCO must give you one for the dispute you filed: call them, and write it exactly as they "
                f"give it, for example {EXAMPLES[Field.TRACKING_NUMBER]}."
            )
        case _:
            what = f"The {field_name(finding)} is missing, and it is required."
            names = [clean(choice) for choice in finding.choices if clean(choice)]
            if names and finding.field is Field.HFS_ID:
                return f"{what} You may file for {listed(names)}: write the ID of the one you mean."
            if names:
                return f"{what} Write one of these: {listed(names, 'or')}."
            return f"{what} Write it, for example {example(finding)}."


def about_mco(finding: Finding) -> str:
    said = read(finding)
    names = [clean(choice) for choice in finding.choices if clean(choice)]
    match finding.code:
        case ReasonCode.SEVERAL_MCOS:
            what = f"This names {listed(names)}." if names else "This names more than one MCO."
            return f"{what} One complaint is against one MCO: send one for each, in a mail of its own."
        case ReasonCode.UNKNOWN_MCO if len(names) > 3:  # the whole roster: nothing came near
            what = f"{said} is not an Illinois Medicaid plan that we know" if said else "We do not know this MCO"
            return f"{what}. Write one of these: {listed(names, 'or')}."
        case ReasonCode.UNKNOWN_MCO if names:
            what = f"{said} does not tell us" if said else "The name does not tell us"
            return f"{what} which MCO you mean. Is it {listed(names, 'or')}? Write that name in full."
        case ReasonCode.UNKNOWN_MCO:
            what = f"{said} is not an Illinois Medicaid plan that we know" if said else "We do not know this MCO"
            return f"{what}. Write the name as it stands on the plan’s letters, for example {EXAMPLES[Field.MCO]}."
        case _:
            on = f" on {day(finding.dispute_date)}" if finding.dispute_date else " on that day"
            what = f"{said or 'This MCO'} was not in the Illinois Medicaid program{on}."
            heir = clean(finding.successor or "")
            if heir:
                return f"{what} Its members went to {heir}. If the dispute is with {heir}, write that name."
            return f"{what} Check the name of the MCO and the date submitted to it."


def about_registration(finding: Finding) -> str:
    if finding.field is None:
        return (
            "This mail address is not registered for any provider. Complaints are taken from registered providers and "
            "billing agents only. Fill in the registration sheet and send it."
        )
    names = [clean(choice) for choice in finding.choices if clean(choice)]
    said = read(finding)
    what = f"This mail address is not registered for the provider with the {field_name(finding)}"
    what += f" {said}." if said else " that is meant."
    if names:
        return f"{what} It is registered for {listed(names)}: write the {field_name(finding)} of the one you mean."
    return f"{what} Check the {field_name(finding)}, or have the address registered for that provider."


def about_duplicate(finding: Finding, source: Source) -> str:
    if finding.ticket:
        return f"This claim is already on ticket {clean(finding.ticket)}, which is open. You need to do nothing."
    if finding.other_row is not None:
        what = f"This repeats {unit(source)} {finding.other_row}, and one claim counts once."
        return f"{what} If it is another claim, write its MCO claim number too."
    return "This claim is filed already. You need to do nothing."


def about_warning(finding: Finding) -> str:
    match finding.code:
        case ReasonCode.ANSWERED_LONG_AGO:
            return (
                f"The MCO answered more than {load_policy().response_limb_days} days ago. Staff may ask you about it."
            )
        case ReasonCode.LOOKS_LIKE_CLAIM_NUMBER:
            shown = read(finding)
            what = f"The tracking number reads {shown}, which" if shown else "The tracking number"
            return f"{what} looks like a claim number of this MCO. Check that the MCO gave it to you for the dispute."
        case ReasonCode.TRACKING_DATE_DISAGREES:
            within = [day(when) for when in dates(finding.choices)]
            other = f"received the dispute on {listed(within)}" if within else "has another date"
            given = f", and the date submitted reads {day(finding.dispute_date)}" if finding.dispute_date else ""
            return f"By its tracking number the MCO {other}{given}. Check which is right."
        case _:
            return (
                "The claims were denied for different reasons. Claims in one complaint need a question in common: "
                "staff may ask you to send some of them apart."
            )


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
