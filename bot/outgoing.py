"""Notices into the outbox, in words: the use cases' port `tickets.ports.Notices` on the real templates and tables."""

from collections.abc import Sequence

from complaints.notices import Notice
from storage import outbox
from storage.database import Session
from templates.rendering import render
from tickets.ports import Attachment, ReplyRoute


class SqlNotices:
    """Renders each notice when it is put, so that what will be sent is what was decided."""

    def __init__(self, session: Session, mail_address: str) -> None:
        self._session = session
        self._mail_address = mail_address

    def put(
        self,
        notice: Notice,
        route: ReplyRoute,
        key: str,
        attachments: Sequence[Attachment] = (),
        ticket: str | None = None,
    ) -> None:
        words = render(notice, mail_address=self._mail_address)
        outbox.put(
            self._session,
            outbox.NewNotice(
                key=key,
                channel=route.channel,
                address=route.address,
                subject=words.subject,
                text=words.text,
                html=words.html,
                in_reply_to=route.message_id,
                thread=route.references,
                ticket=ticket,
                letter_id=route.letter_id,
                attachments=tuple(attachments),
            ),
        )
