"""What machines write, one mail of each kind, made up after what each program is known to send. All names are invented.

Each has the envelope sender that it comes with, "" for null.
"""

from dataclasses import dataclass

from mailin.letter import MachineSign as Sign


@dataclass(frozen=True, slots=True)
class MachineMail:
    name: str
    sign: Sign
    mail_from: str
    headers: str
    body: str = "x"

    @property
    def raw(self) -> bytes:
        return f"{self.headers.strip()}\n\n{self.body}".replace("\n", "\r\n").encode()


ANN = "ann@clinic.example"
REPORT = """\
--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.clinic.example

Final-Recipient: rfc822; gone@clinic.example
Action: failed
Status: 5.1.1
--b--"""
AS_REPORT = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'

BOUNCES = (
    MachineMail("postfix", Sign.REPORT, "", f"""\
From: MAILER-DAEMON@mx.clinic.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
{AS_REPORT}""", REPORT),
    MachineMail("sendmail", Sign.REPORT, "", f"""\
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.clinic.example>
Subject: Returned mail: see transcript for details
Auto-Submitted: auto-generated (failure)
{AS_REPORT}""", REPORT),
    MachineMail("exim", Sign.REPORT, "", """\
From: Mail Delivery System <Mailer-Daemon@mx.clinic.example>
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: gone@clinic.example
Auto-Submitted: auto-replied"""),
    MachineMail("qmail", Sign.REPORT, "", """\
From: MAILER-DAEMON@mx.clinic.example
Subject: failure notice""", "Hi. This is the qmail-send program at mx.clinic.example."),
    MachineMail("exchange", Sign.REPORT, "", f"""\
From: <postmaster@clinic.example>
Subject: Undeliverable: Ticket 2026-000001-5
X-MS-Exchange-Message-Is-Ndr:
{AS_REPORT}""", REPORT),
    MachineMail("exchange, by a gateway that gives it a sender", Sign.REPORT, "postmaster@clinic.example", """\
From: postmaster@clinic.example
Subject: Undeliverable: Ticket 2026-000001-5"""),
    MachineMail("a big provider", Sign.REPORT, "", f"""\
From: Mail Delivery Subsystem <mailer-daemon@mail.example>
Subject: Delivery Status Notification (Failure)
{AS_REPORT}""", REPORT),
    MachineMail("an old host that signs without a domain", Sign.REPORT, "", """\
From: Mail Delivery Subsystem <MAILER-DAEMON>
Subject: Returned mail: User unknown"""),
    MachineMail("the same with a sender", Sign.ROBOT_ADDRESS, "root@mx.clinic.example", """\
From: Mail Delivery Subsystem <MAILER-DAEMON>
Subject: Something went wrong"""),
    MachineMail("delayed", Sign.REPORT, "", f"""\
From: MAILER-DAEMON@mx.clinic.example
Subject: Delayed Mail (still being retried)
{AS_REPORT}""", REPORT.replace("failed", "delayed")),
    MachineMail("not a word of standards", Sign.NULL_SENDER, "", """\
From: Mail system <system@clinic.example>
Subject: Your mail"""),
    MachineMail("from nobody", Sign.NULL_SENDER, ANN, "From: <>\nSubject: Mail failure"),
    MachineMail("read receipt", Sign.REPORT, ANN, f"""\
From: {ANN}
Subject: Read: Ticket 2026-000001-5
Content-Type: multipart/report; report-type=disposition-notification; boundary="b" """,
        REPORT.replace("delivery-status", "disposition-notification")),
    MachineMail("read receipt in one part", Sign.REPORT, ANN, f"""\
From: {ANN}
Subject: Read: Ticket 2026-000001-5
Content-Type: message/disposition-notification"""),
    MachineMail("read receipt by its class", Sign.REPORT, ANN, f"From: {ANN}\nContent-Class: urn:content-classes:mdn"),
    MachineMail("spam report", Sign.REPORT, "fbl@mail.example", """\
From: fbl@mail.example
Subject: FW: Ticket
Content-Type: multipart/report; report-type=feedback-report; boundary="b" """,
        REPORT.replace("delivery-status", "feedback-report")),
)  # fmt: skip

AWAY = (
    MachineMail("sieve vacation", Sign.NULL_SENDER, "", f"""\
From: {ANN}
Subject: Auto: Ticket 2026-000001-5
Auto-Submitted: auto-replied (vacation)
Precedence: bulk"""),
    MachineMail("sieve vacation with a sender", Sign.AUTO_REPLIED, ANN, f"""\
From: {ANN}
Subject: I am away
Auto-Submitted: auto-replied (vacation)"""),
    MachineMail("exchange", Sign.NULL_SENDER, "", f"""\
From: {ANN}
Subject: Automatic reply: Ticket 2026-000001-5
X-Auto-Response-Suppress: All
Auto-Submitted: auto-generated"""),
    MachineMail("exchange, fetched without its envelope", Sign.AUTO_REPLIED, ANN, f"""\
From: {ANN}
Subject: Automatic reply: Ticket 2026-000001-5
X-Auto-Response-Suppress: All
Auto-Submitted: auto-generated"""),
    MachineMail("old exchange", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nSubject: Out of Office AutoReply: Ticket"),
    MachineMail("german", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nSubject: =?utf-8?q?Automatische_Antwort=3A_Ticket?="),
    MachineMail("french", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nSubject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_T?="),
    MachineMail("webmail", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nSubject: Away\nPrecedence: auto_reply"),
    MachineMail("vacation(1)", Sign.PRECEDENCE, ANN, f"From: {ANN}\nSubject: away from my mail\nPrecedence: bulk"),
    MachineMail("hosting panel", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nX-Autorespond: 1\nPrecedence: auto_reply"),
    MachineMail("another panel", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nX-Autoreply: yes"),
    MachineMail("mail server", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nX-Mail-Autoreply: <1@clinic.example>"),
    MachineMail("post server", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nX-POST-MessageClass: 9; Autoresponder"),
    MachineMail("delivered to a program", Sign.AUTO_REPLIED, ANN, f"From: {ANN}\nDelivered-To: Autoresponder"),
    MachineMail("meeting declined", Sign.CALENDAR_REPLY, ANN, f"""\
From: {ANN}
Subject: Declined: review
Content-Type: text/calendar; method=REPLY""", "BEGIN:VCALENDAR"),
)  # fmt: skip

HELPDESKS = (
    MachineMail("received", Sign.AUTO_REPLIED, "support@desk.example", """\
From: Support <support@desk.example>
Subject: [Ticket 4711] We got your mail
Auto-Submitted: auto-replied
Precedence: bulk
X-OTRS-Loop: yes"""),
    MachineMail("received, by its loop mark alone", Sign.AUTO_SUBMITTED, "support@desk.example", """\
From: Support <support@desk.example>
Subject: [Ticket 4711] We got your mail
X-OTRS-Loop: yes"""),
    MachineMail("received, marked as such", Sign.AUTO_REPLIED, "support@desk.example", """\
From: Support <support@desk.example>
Subject: Request received
X-FreeScout-Mail-Type: auto.reply"""),
    MachineMail("notified", Sign.AUTO_SUBMITTED, "support@desk.example", """\
From: Support (Desk) <support@desk.example>
Subject: [Request received]
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All"""),
    MachineMail("only asks not to be answered", Sign.RESPONSE_SUPPRESSED, "support@desk.example", """\
From: Support <support@desk.example>
Subject: Case updated
X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply"""),
    MachineMail("issue tracker", Sign.AUTO_SUBMITTED, "issues@desk.example", """\
From: issues@desk.example
Subject: [ISSUE-1] created
Precedence: bulk
Auto-Submitted: auto-generated"""),
    MachineMail("monitoring", Sign.AUTO_SUBMITTED, "root@host.clinic.example", """\
From: root@host.clinic.example (Cron Daemon)
Subject: Cron <root@host> backup
X-Cron-Env: <SHELL=/bin/sh>"""),
    MachineMail("conference system", Sign.AUTO_SUBMITTED, ANN, f"From: {ANN}\nX-FC-MachineGenerated: true"),
    MachineMail("no-reply", Sign.ROBOT_ADDRESS, "bounce-1@send.example", "From: Clinic <no-reply@clinic.example>"),
    MachineMail("newsletter", Sign.MAILING_LIST, "bounce-1@send.example", """\
From: news@clinic.example
Precedence: bulk
List-Unsubscribe: <https://clinic.example/u>"""),
    MachineMail("mailing list", Sign.MAILING_LIST, "billers-bounces@lists.example", f"""\
From: {ANN}
Sender: billers-bounces@lists.example
Precedence: list
List-Id: <billers.lists.example>"""),
    MachineMail("old mailing list", Sign.MAILING_LIST, ANN, f"From: {ANN}\nX-BeenThere: billers@lists.example"),
    MachineMail("discussion group", Sign.MAILING_LIST, ANN, f"From: {ANN}\nMailing-List: contact g-owner@g.example"),
    MachineMail("ourselves", Sign.OUR_OWN, "", """\
From: Provider Resolution intake <portal@other.example>
Auto-Submitted: auto-replied
X-Recourse-Loop: portal@other.example"""),
)  # fmt: skip

PEOPLE = (
    ("reply", f"From: {ANN}\nSubject: Re: Automatic reply: Ticket"),
    ("forward", f"From: {ANN}\nSubject: Fwd: Undeliverable: Ticket"),
    ("tells of a bounce", f"From: {ANN}\nSubject: Undeliverable: what do I do with this"),
    ("is about autos", f"From: {ANN}\nSubject: auto insurance claim 4711: denied"),
    ("writes away", f"From: {ANN}\nSubject: Away from network claims, please help"),
    (
        "no to all",
        f"From: {ANN}\nX-Autoreply: no\nX-Auto-Generated: false\nAuto-Submitted: no\nPrecedence: first-class",
    ),
    ("redirected by a rule", f"From: {ANN}\nX-MS-Exchange-Inbox-Rules-Loop: {ANN}\nX-Loop: {ANN}"),
    ("is called like a robot", "From: Mailer Daemon <dana@clinic.example>"),
    ("wants a receipt", f"From: {ANN}\nDisposition-Notification-To: {ANN}\nContent-Class: urn:content-classes:message"),
)
"""What people write that looks a little like it."""
