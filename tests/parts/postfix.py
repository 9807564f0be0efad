"""A private Postfix in front of Recourse, with the lines that we ship in deploy/postfix: after its queue or before it.

Mail to the portal goes to Recourse, mail to anybody else ends in a mailbox of the private Dovecot: nothing leaves
the machine. No mailbox is there for any `gone@`, nor for the portal's own address and others that begin with it.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts.dovecot import Dovecot
from tests.parts.requirement import require, required_program
from tests.parts.waiting import answers, free_port, until

SHIPPED = Path(__file__).parents[2] / "deploy" / "postfix" / "main.cf"
BEFORE_QUEUE = SHIPPED.parent / "before-queue"
PIPE = SHIPPED.parent / "pipe"
SIZE_LIMIT = int(SHIPPED.read_text().partition("\nmessage_size_limit = ")[2].split()[0])
"""Bytes of the largest mail that the lines let in."""

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
multi_instance_directories =
myhostname = mx.example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_peername_lookup = no
disable_dns_lookups = yes
alias_maps =
mydestination =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = regexp:{{ {{ !/^(portal.*|gone)@/ mailbox }} }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
address_verify_poll_delay = 1s
address_verify_poll_count = 30
"""

SMTPD = "127.0.0.1:{port} inet n - n - - smtpd\n"
MASTER = """\
pickup  unix        n - n 60 1 pickup
cleanup unix        n - n - 0 cleanup
qmgr    unix        n - n 1 1 qmgr
rewrite unix        - - n - - trivial-rewrite
bounce  unix        - - n - 0 bounce
defer   unix        - - n - 0 bounce
trace   unix        - - n - 0 bounce
verify  unix        - - n - 1 verify
flush   unix        n - n - 0 flush
proxymap unix       - - n - - proxymap
smtp    unix        - - n - - smtp
lmtp    unix        - - n - - lmtp
error   unix        - - n - - error
retry   unix        - - n - - error
discard unix        - - n - - discard
showq   unix        n - n - - showq
anvil   unix        - - n - 1 anvil
scache  unix        - - n - 1 scache
postlog unix-dgram  n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    port: int
    log: Path
    config: Path

    def logged(self, text: str) -> bool:
        """Has Postfix written a log line with this text?"""
        return self.log.exists() and text in self.log.read_text()

    def start(self) -> None:
        """Start it, or start it again after a stop, and wait until it answers."""
        started = self._control("start")
        if started.returncode != 0:
            raise RuntimeError(f"Postfix did not start: {started.stderr}")
        until(lambda: answers(self.port), "Postfix to answer")

    def stop(self) -> None:
        """End it at once; its queue stays. Nothing happens when it does not run."""
        self._control("abort")

    def _control(self, command: str) -> subprocess.CompletedProcess[str]:
        program = required_program("postfix", "postfix")
        return subprocess.run([program, "-c", self.config, command], capture_output=True, text=True, check=False)


def _shipped(file: Path, *places: tuple[str, str]) -> str:
    """Our lines with nothing changed but these examples."""
    lines = file.read_text()
    for example, ours in places:
        assert example in lines, f"{file} no longer has {example!r}"
        lines = lines.replace(example, ours)
    return lines


def _configure(folder: Path, main: str, master: str, mailboxes: Dovecot) -> Path:
    config = folder / "etc"
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    (config / "main.cf").write_text(MAIN.format(folder=folder, lmtp_port=mailboxes.lmtp_port) + main)
    (config / "master.cf").write_text(master + MASTER)
    return config


@contextmanager
def postfix(*, portal: str, portal_port: int, mailboxes: Dovecot, protocol: str = "smtp") -> Iterator[Postfix]:
    """Start Postfix, taking mail on loopback when this is entered.

    `portal` is our mail address and `portal_port` the loopback port where Recourse listens, now or later, for LMTP, as
    shipped, or for SMTP as `protocol` says: until it does, Postfix keeps the mail and tries again each second.
    """
    transport = ("= lmtp:[127.0.0.1]:8026 }", f"= {protocol}:[127.0.0.1]:{portal_port} }}")
    main = _shipped(SHIPPED, ("portal@example.org", portal), transport)
    port = free_port()
    with _running(port, main, SMTPD.format(port=port), mailboxes) as server:
        yield server


@contextmanager
def postfix_before_queue(*, portal: str, portal_port: int, mailboxes: Dovecot) -> Iterator[Postfix]:
    """The same, asking Recourse by SMTP at `portal_port` while the client waits."""
    port = free_port()
    main = _shipped(BEFORE_QUEUE / "main.cf", ("portal@example.org", portal))
    places = (("192.0.2.5:25", f"127.0.0.1:{port}"), ("127.0.0.1:8025", f"127.0.0.1:{portal_port}"))
    with _running(port, main, _shipped(BEFORE_QUEUE / "master.cf", *places), mailboxes) as server:
        yield server


@contextmanager
def postfix_piping(*, portal: str, command: Path, mailboxes: Dovecot) -> Iterator[Postfix]:
    """The same, handing mail to this command on a pipe, as the user nobody."""
    port = free_port()
    main = _shipped(PIPE / "main.cf", ("portal@example.org", portal))
    places = (("user=recourse", "user=nobody"), ("/usr/local/bin/recourse-take", str(command)))
    with _running(port, main, SMTPD.format(port=port) + _shipped(PIPE / "master.cf", *places), mailboxes) as server:
        yield server


@contextmanager
def _running(port: int, main: str, master: str, mailboxes: Dovecot) -> Iterator[Postfix]:
    required_program("postfix", "postfix")
    require("postfix", os.geteuid() == 0, "can be started by root only")
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)  # its parts run as the user postfix
    server = Postfix(port, folder / "log", _configure(folder, main, master, mailboxes))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        until(lambda: _is_gone(folder), f"the end of all that writes to {folder}")


def _is_gone(folder: Path) -> bool:
    """A part of Postfix that ends last may still write its last line of the log while the folder is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
