"""Notices on their way out: claimed, sent outside any transaction, marked."""

from datetime import UTC, datetime

from bot import bounced
from bot.channels.mail import MailCarrier, OutgoingMail, Refused
from bot.house import House
from mailin.return_address import ReturnAddresses
from storage import outbox
from storage.database import Session
from storage.outbox import StoredNotice
from storage.states import NoticeState
from storage.work import Effect, Job


async def send(house: House, carrier: MailCarrier, job: Job) -> Effect:
    """Hand one notice to its channel. Away for now: Unavailable is raised and the worker tries again later."""
    notice_id = job.payload["notice"]
    stored = await house.database.run(lambda session: outbox.load(session, notice_id))
    if stored.state is not NoticeState.QUEUED:  # it came back before this process knew that it had left
        return lambda _session: None
    mail = as_mail(stored, house.addresses)
    try:
        await carrier.send(mail)
    except Refused as refused:
        reason = str(refused)
        return lambda session: bounced.not_taken(session, house, notice_id, reason)
    return lambda session: outbox.mark_sent(session, notice_id, mail.message_id)


def park(house: House, session: Session, job: Job, error: str) -> None:
    """A notice that could not be sent in days: staff see it as undeliverable."""
    bounced.not_taken(session, house, job.payload["notice"], error)


def as_mail(stored: StoredNotice, addresses: ReturnAddresses) -> OutgoingMail:
    notice = stored.notice
    return OutgoingMail(
        message_id=addresses.message_id(stored.id, stored.created),
        to=notice.address,
        subject=notice.subject,
        text=notice.text,
        html=notice.html,
        date=datetime.now(UTC),
        envelope_from=addresses.bounce_address(stored.id),
        in_reply_to=notice.in_reply_to,
        references=notice.thread,
        attachments=notice.attachments,
    )
