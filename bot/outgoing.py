"""Notices into the outbox, in words: the use cases' port `tickets.ports.Notices` on the real templates and tables."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answer_budget import Answer, answers_a_letter, budgeted, content_of, is_about_claims, is_to_stranger
from bot.limits import AnswerLimits
from complaints.errors import Broken
from complaints.notices import ClosureNotice, Notice
from complaints.privacy import Tier
from conversations.turn import Say
from storage import chats, outbox, tiers
from storage.database import Session
from templates.chat_words import tell, told
from templates.rendering import render
from tickets.ports import Attachment, ReplyRoute

MAIL = "mail"
WEB = "web"


class SqlNotices:
    """Renders each notice when it is put, so that what will be sent is what was decided.

    An answer by mail that is over one of `limits` is stored and not sent; without limits none is.
    """

    def __init__(self, session: Session, mail_address: str, limits: AnswerLimits | None) -> None:
        self._session = session
        self._mail_address = mail_address
        self._limits = limits

    def put(
        self,
        notice: Notice,
        route: ReplyRoute,
        key: str,
        attachments: Sequence[Attachment] = (),
        ticket: str | None = None,
    ) -> None:
        if route.channel != MAIL:
            self._put_in_chat(notice, route, key, attachments, ticket)
            return
        words = render(notice, mail_address=self._mail_address)
        mail = outbox.NewNotice(
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
        )
        outbox.put(self._session, self._within_budget(notice, mail))

    def _within_budget(self, notice: Notice, mail: outbox.NewNotice) -> outbox.NewNotice:
        """An answer to a letter with what the budgets count by, and what keeps it back, if anything does."""
        if self._limits is None or mail.letter_id is None or not answers_a_letter(notice):
            return mail
        answer = Answer(
            mail.address, content_of(notice, mail.subject, mail.text), is_about_claims(notice), is_to_stranger(notice)
        )
        found = budgeted(self._session, self._limits, answer)
        content = answer.content if found.counts else None
        return replace(
            mail, content=content, to_claims=answer.to_claims, to_stranger=answer.to_stranger, suppressed=found.kept
        )

    def _put_in_chat(
        self, notice: Notice, route: ReplyRoute, key: str, attachments: Sequence[Attachment], ticket: str | None
    ) -> None:
        """As a line of the conversation that the route names, in its language."""
        conversation = chats.find(self._session, route.channel, route.address)
        if conversation is None:
            raise Broken(f"there is no conversation on {route.channel} to answer in")
        language = (conversation.session or {}).get("language", "en")
        chats.put_line(
            self._session,
            conversation.id,
            self._words(notice, route.channel, language),
            attachment=next(iter(attachments), None),
            key=key,
            ticket=ticket,
            send=route.channel != WEB,
        )

    def _words(self, notice: Notice, channel: str, language: str) -> str:
        """The notice in words; on the opaque tier only the ticket's reference, and that it is closed."""
        if isinstance(notice, ClosureNotice) and tiers.tier_of(self._session, channel) is Tier.OPAQUE:
            return told((Say("status.opaque", {"number": notice.ticket, "state": "~state.closed"}),), language)
        return tell(notice, language, self._mail_address)
