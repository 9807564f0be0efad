"""The demo's story by mail: claim sheets, complaints in words, strangers, machines, and the closure of a ticket."""

import json
import time
from datetime import date, timedelta
from email.message import EmailMessage

import aiosmtplib
import click

from bot import demo_letters as letters
from bot.demo_stage import (
    Stage,
    begin_scene,
    echo_wrapped,
    keep_mail,
    milliseconds,
    next_mail,
    recourse,
    tell,
    text_of,
    wait_for,
)
from complaints.errors import Broken


async def tell_by_mail(stage: Stage, today: date) -> None:
    """Every scene of mails. Broken: one did not end as it must."""
    twenty = letters.sheet_of(letters.eligible_claims(20, today, 1), letters.MERIDIAN, today)
    first = letters.mail_with_sheet(twenty, "<monday-1@lakeside.example>", "Please see the attached sheet.")
    receipt = await _scene(stage, "A claim sheet with 20 eligible claims", first, "Ticket")
    ticket = receipt["Subject"].split()[1].rstrip(":")

    faulty = letters.with_three_faults(letters.eligible_claims(20, today, 2), today)
    await _scene(
        stage,
        "20 claims, three of them with a fault",
        letters.mail_with_sheet(letters.sheet_of(faulty, letters.MOLINA, today), "<monday-2@lakeside.example>", ""),
        "17 claims filed",
    )
    early = [letters.filed_on(claim, today - timedelta(days=12)) for claim in letters.eligible_claims(2, today, 3)]
    await _scene(
        stage,
        "Filed with the plan only 12 days ago",
        letters.mail_with_sheet(letters.sheet_of(early, "CountyCare", today), "<monday-3@lakeside.example>", ""),
        "too early",
    )
    words = letters.mail(letters.CLINIC, "Aetna", "<monday-4@lakeside.example>", letters.two_in_words(today))
    await _scene(stage, "Two complaints told in words", words, "sheet")
    stranger = letters.mail(letters.STRANGER, "Claims", "<monday-5@riverside.example>", "How do I file a complaint?")
    await _scene(stage, "Somebody who is not registered", stranger, "register")
    again = letters.mail_with_sheet(twenty, "<tuesday-1@lakeside.example>", "Did you get this? I send it again.")
    await _scene(stage, "The first sheet once more, from a worried office", again, ticket)
    await _scene_without_answer(stage, "An out-of-office reply", letters.out_of_office("<auto-1@lakeside.example>"))
    await _closure(stage, ticket, first)


async def _closure(stage: Stage, ticket: str, first: EmailMessage) -> None:
    """Staff close the ticket that the first mail filed."""
    begin_scene(stage, f"Weeks later, staff close ticket {ticket}")
    click.echo(f"  $ recourse tickets close {ticket} --disposition paid\n")
    began = time.monotonic()
    await recourse(stage, "tickets", "close", ticket, "--disposition", "paid")
    closure = await next_mail(
        stage, lambda mail: "closed" in mail["Subject"] and mail["To"] == letters.CLINIC, "the closure notice"
    )
    _show(stage, closure, began)
    if closure["In-Reply-To"] != first["Message-ID"]:
        raise Broken("the closure notice is not in the thread of the first mail")
    tell(f"It stands in the thread of the first mail (In-Reply-To: {closure['In-Reply-To']}).")
    copy = await next_mail(stage, lambda mail: mail["To"] == letters.SECOND_ADDRESS, "the closure's copy")
    click.echo(f"  {letters.SECOND_ADDRESS}, the clinic's other address, was told as well: “{copy['Subject']}”.")


async def _scene(stage: Stage, title: str, mail: EmailMessage, expected: str) -> EmailMessage:
    """Send one mail, wait for its answer and show both. Broken: the answer is not the expected one."""
    begin_scene(stage, title)
    began = await _send(stage, mail)
    answer = await next_mail(stage, lambda candidate: candidate["In-Reply-To"] == mail["Message-ID"], "an answer")
    _show(stage, answer, began)
    if expected.lower() not in answer["Subject"].lower():
        raise Broken(f"the answer's subject is {answer['Subject']!r}, and {expected!r} was expected in it")
    return answer


async def _scene_without_answer(stage: Stage, title: str, mail: EmailMessage) -> None:
    begin_scene(stage, title)
    await _send(stage, mail)

    async def look() -> list[dict[str, str]] | None:
        return json.loads(await recourse(stage, "letters", "list", "--outcome", "no_answer", "--json")) or None

    listed = await wait_for(look, "the outcome of the out-of-office reply")
    tell("No answer: a machine wrote it, and two machines would never stop. It is kept and listed:")
    tell(f"letter {listed[0]['id']}, outcome {listed[0]['outcome']} ({listed[0]['detail']})")


async def _send(stage: Stage, mail: EmailMessage) -> float:
    """Put a mail in over SMTP; when the server had said 250."""
    keep_mail(stage, mail, "sent")
    files = [part.get_filename() for part in mail.iter_attachments()]
    size = len(mail.as_bytes())
    click.echo(f"  → {mail['From']}, {size:,} bytes{', with ' + ', '.join(map(repr, files)) if files else ''}")
    sender = str(mail["From"].addresses[0].addr_spec)
    echo_wrapped(text_of(mail), "    | ")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=stage.smtp_port, sender=sender, recipients=[letters.PORTAL])
    return time.monotonic()


def _show(stage: Stage, answer: EmailMessage, began: float) -> None:
    took = milliseconds(began)
    keep_mail(stage, answer, "answer")
    files = [part.get_filename() for part in answer.iter_attachments()]
    click.secho(f"  ← {answer['Subject']}   {took}", fg="green", bold=True)
    echo_wrapped(text_of(answer), "    ")
    if files:
        click.echo(f"    [attached: {', '.join(str(name) for name in files)}]")
