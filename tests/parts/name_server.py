"""A DNS server on loopback with a zone and with faults that a test switches."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class Fault(Enum):
    """What goes wrong with an answer."""

    SILENT = auto()  # nothing comes
    SERVFAIL = auto()
    REFUSED = auto()
    TRUNCATED = auto()  # over UDP; over TCP it is whole
    GARBAGE = auto()


Zone = dict[tuple[str, str], list[str]]
"""By name (without a dot at the end) and type, the records as a zone file writes them."""


@dataclass
class NameServer:
    """Change `zone`, `fault` (of everything) and `faults` (of a name) whenever you like."""

    port: int = 0
    zone: Zone = field(default_factory=dict)
    fault: Fault | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """For RECOURSE_DNS."""
        return f"127.0.0.1:{self.port}"

    def txt(self, name: str, value: str) -> None:
        """One TXT record, in strings of at most 255 characters."""
        pieces = [value[at : at + 250] for at in range(0, len(value), 250)] or [""]
        self.zone[name.lower(), "TXT"] = [" ".join(f'"{piece}"' for piece in pieces)]

    def answer(self, wire: bytes, *, tcp: bool) -> bytes | None:
        question = dns.message.from_wire(wire)
        name = question.question[0].name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.question[0].rdtype)
        self.asked.append((name, kind))
        fault = self.fault or self.faults.get(name)
        if fault is Fault.SILENT:
            return None
        if fault is Fault.GARBAGE:
            return wire[:2] + b"\xff" * 5
        reply = dns.message.make_response(question)
        if fault in (Fault.SERVFAIL, Fault.REFUSED):
            reply.set_rcode(dns.rcode.SERVFAIL if fault is Fault.SERVFAIL else dns.rcode.REFUSED)
        elif fault is Fault.TRUNCATED and not tcp:
            reply.flags |= dns.flags.TC
        elif records := self.zone.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(question.question[0].name, 0, "IN", kind, *records))
        elif target := self.zone.get((name, "CNAME")):
            reply.answer.append(dns.rrset.from_text(question.question[0].name, 0, "IN", "CNAME", *target))
            more = self.zone.get((target[0].rstrip(".").lower(), kind))
            if more:
                reply.answer.append(dns.rrset.from_text(target[0], 0, "IN", kind, *more))
        elif not any(known == name or known.endswith("." + name) for known, _ in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


@contextmanager
def name_server(zone: Zone | None = None) -> Iterator[NameServer]:
    """Serve over UDP and TCP, in threads of its own, until the context ends."""
    server = NameServer(zone=dict(zone or {}))
    udp, tcp = _sockets()
    server.port = udp.getsockname()[1]
    threads = [threading.Thread(target=_udp, args=(server, udp)), threading.Thread(target=_tcp, args=(server, tcp))]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        _wake(server.port)
        for thread in threads:
            thread.join()
        udp.close()
        tcp.close()


def _sockets() -> tuple[socket.socket, socket.socket]:
    """One port, for both protocols."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            tcp.bind(udp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
            continue
        tcp.listen()
        return udp, tcp


_END = b"end"


def _wake(port: int) -> None:
    """Tell both threads to end."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(_END, ("127.0.0.1", port))
    with socket.create_connection(("127.0.0.1", port)) as other:
        other.sendall(struct.pack(">H", len(_END)) + _END)


def _udp(server: NameServer, udp: socket.socket) -> None:
    while True:
        wire, client = udp.recvfrom(4096)
        if wire == _END:
            return
        with suppress(dns.exception.DNSException):
            reply = server.answer(wire, tcp=False)
            if reply is not None:
                udp.sendto(reply, client)


def _tcp(server: NameServer, tcp: socket.socket) -> None:
    while True:
        connection, _ = tcp.accept()
        with connection, suppress(dns.exception.DNSException, OSError):
            head = connection.recv(2, socket.MSG_WAITALL)
            wire = connection.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL)
            if wire == _END:
                return
            reply = server.answer(wire, tcp=True)
            if reply is not None:
                connection.sendall(struct.pack(">H", len(reply)) + reply)
