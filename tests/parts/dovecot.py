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
ssl = no
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
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
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


def _config(folder: Path, server: Dovecot) -> str:
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
        lmtp_port=server.lmtp_port,
    )
    if root:
        return config
    return config + UNPRIVILEGED.format(user=getpass.getuser(), group=grp.getgrgid(os.getegid()).gr_name)


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Start Dovecot with an empty mailbox for every address, answering on loopback when this is entered."""
    program = required_program("dovecot", "dovecot")
    server = Dovecot(imap_port=free_port(), lmtp_port=free_port())
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nobody must get to its mail
        config = folder / "dovecot.conf"
        config.write_text(_config(folder, server))
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
