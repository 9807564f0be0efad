"""Notices on their way out: claimed, sent outside any transaction, marked."""

from datetime import UTC, datetime

from bot.channels.mail import MailCarrier, OutgoingMail, Refused, message_id
from bot.house import House
from storage import outbox
from storage.database import Session
from storage.outbox import StoredNotice
from storage.work import Effect, Job


async def send(house: House, carrier: MailCarrier, job: Job) -> Effect:
    """Hand one notice to its channel. Away for now: Unavailable is raised and the worker tries again later."""
    notice_id = job.payload["notice"]
    stored = await house.database.run(lambda session: outbox.load(session, notice_id))
    mail = as_mail(stored, house.settings.mail_address)
    try:
        await carrier.send(mail)
    except Refused as refused:
        reason = str(refused)
        return lambda session: outbox.mark_undeliverable(session, notice_id, reason)
    return lambda session: outbox.mark_sent(session, notice_id, mail.message_id)


def park(session: Session, job: Job, error: str) -> None:
    """A notice that could not be sent in days: staff see it as undeliverable."""
    outbox.mark_undeliverable(session, job.payload["notice"], error)


def as_mail(stored: StoredNotice, mail_address: str) -> OutgoingMail:
    notice = stored.notice
    return OutgoingMail(
        message_id=message_id(stored.id, stored.created, mail_address),
        to=notice.address,
        subject=notice.subject,
        text=notice.text,
        html=notice.html,
        date=datetime.now(UTC),
        in_reply_to=notice.in_reply_to,
        references=notice.thread,
        attachments=notice.attachments,
    )
