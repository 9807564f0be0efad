"""A private Dovecot: takes mail by LMTP for every address but one and hands it out over IMAP, as to a mail program."""

import asyncio
import email
import email.policy
import getpass
import grp
import imaplib
import os
import pwd
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.parts.requirement import required_program
from tests.parts.waiting import answers, free_port, until

PASSWORD = "mailbox"
"""Of every mailbox."""
LEFT = "left@lakeside.example"
"""Has no mailbox any more: Dovecot refuses its mail, which servers before it have taken."""

CONFIG = """\
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
{more}
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
mail_uid = {mail_uid}
mail_gid = {mail_gid}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/left
  result_success = return-fail
}}
userdb {{
  driver = static
  args = home={folder}/mail/%Lu allow_all_users=yes
}}
service imap-login {{
  {login_chroot}
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
"""

WITH_TLS = """\
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
"""

WITH_TOKENS = """\
auth_mechanisms = plain {mechanism}
passdb {{
  driver = oauth2
  mechanisms = {mechanism}
  args = {folder}/oauth2
}}
"""

TOKENS = """\
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""

UNPRIVILEGED = """\
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    imap_port: int
    lmtp_port: int
    imaps_port: int = 0
    """0: no TLS is offered."""

    def read(self, address: str) -> list[EmailMessage]:
        """The mails in the address's inbox, oldest first."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as imap:
            imap.login(address, PASSWORD)
            imap.select("INBOX", readonly=True)
            _, (numbers,) = imap.search(None, "ALL")
            return [_fetch(imap, number.decode()) for number in numbers.split()]

    async def mails(self, address: str) -> list[EmailMessage]:
        """The same without holding the loop."""
        return await asyncio.to_thread(self.read, address)

    def put(self, address: str, mail: bytes) -> None:
        """Put a mail into the address's inbox, as a mail program keeps a copy of what it sent."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as imap:
            imap.login(address, PASSWORD)
            imap.append("INBOX", "(\\Seen)", imaplib.Time2Internaldate(time.time()), mail)

    def empty(self, address: str) -> None:
        """Throw away what is in the address's inbox."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as imap:
            imap.login(address, PASSWORD)
            imap.select("INBOX")
            _, (numbers,) = imap.search(None, "ALL")
            if numbers:
                imap.store(numbers.decode().replace(" ", ","), "+FLAGS", "(\\Deleted)")
                imap.expunge()

    def threads(self, address: str) -> list[set[int]]:
        """The inbox as a mail program shows it: for each thread the mails in it, counted from 1."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as imap:
            imap.login(address, PASSWORD)
            imap.select("INBOX", readonly=True)
            _, (found,) = imap.thread("REFERENCES", "UTF-8", "ALL")
        return _threads(found.decode())


def _threads(found: str) -> list[set[int]]:
    """`(1 2)(3 (4)(5))` as its two threads (RFC 5256)."""
    threads: list[set[int]] = []
    depth = 0
    for token in re.findall(r"[()]|\d+", found):
        if token == "(":
            threads += [set()] if depth == 0 else []
            depth += 1
        elif token == ")":
            depth -= 1
        else:
            threads[-1].add(int(token))
    return threads


def _fetch(imap: imaplib.IMAP4, number: str) -> EmailMessage:
    _, parts = imap.fetch(number, "(BODY.PEEK[])")
    (raw,) = [part[1] for part in parts if isinstance(part, tuple)]
    return email.message_from_bytes(raw, policy=email.policy.default)


def _config(folder: Path, server: Dovecot, more: str) -> str:
    """As root, mail belongs to nobody and Dovecot drops its rights itself; else all runs as the one who started it."""
    root = os.geteuid() == 0
    mail_owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    (folder / "mail").mkdir()
    os.chown(folder / "mail", mail_owner.pw_uid, mail_owner.pw_gid)
    config = CONFIG.format(
        folder=folder,
        mail_uid=mail_owner.pw_uid,
        mail_gid=mail_owner.pw_gid,
        password=PASSWORD,
        login_chroot="" if root else "chroot =",
        imap_port=server.imap_port,
        imaps_port=server.imaps_port,
        lmtp_port=server.lmtp_port,
        more=more,
    )
    if root:
        return config
    return config + UNPRIVILEGED.format(user=getpass.getuser(), group=grp.getgrgid(os.getegid()).gr_name)


@contextmanager
def dovecot(
    *, certificate: tuple[Path, Path] | None = None, tokens: tuple[str, str] | None = None, announces: bool = True
) -> Iterator[Dovecot]:
    """Start Dovecot with an empty mailbox for every address, answering on loopback when this is entered.

    With a `certificate` and its key it offers STARTTLS and IMAPS. With `tokens` it takes access tokens by that
    mechanism and asks about them at that URL (RFC 7662). It need not say by itself that a mail has come (IDLE).
    """
    program = required_program("dovecot", "dovecot")
    server = Dovecot(free_port(), free_port(), free_port() if certificate else 0)
    more = WITH_TLS.format(certificate=certificate[0], key=certificate[1]) if certificate else "ssl = no\n"
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nobody must get to its mail
        config = folder / "dovecot.conf"
        if tokens:
            (folder / "oauth2").write_text(TOKENS.format(url=tokens[1]))
            more += WITH_TOKENS.format(folder=folder, mechanism=tokens[0])
        if not announces:
            more += "imap_capability = IMAP4rev1 LITERAL+ UIDPLUS\n"
        config.write_text(_config(folder, server, more))
        (folder / "left").write_text(f"{LEFT}::::::\n")
        process = subprocess.Popen([program, "-F", "-c", str(config)], stdin=subprocess.DEVNULL)

        def ready() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"Dovecot did not start: {(folder / 'log').read_text()}")
            return answers(server.imap_port) and answers(server.lmtp_port)

        try:
            until(ready, "Dovecot to answer")
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)
