"""Who is connected, and how much each has brought lately."""

from ipaddress import ip_network

import pytest

from mailin.receiving import crowd
from mailin.receiving.crowd import Crowd, is_on_this_machine, is_one_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_peer_has_brought_enough_until_its_period_is_over() -> None:
    clock = Clock()
    peers = Crowd(2, 60, clock)
    peers.note_letter("192.0.2.7")
    assert not peers.has_brought_enough("192.0.2.7")
    peers.note_letter("192.0.2.7")
    clock.now = 59
    assert peers.has_brought_enough("192.0.2.7")
    assert not peers.has_brought_enough("192.0.2.8")
    clock.now = 60
    assert not peers.has_brought_enough("192.0.2.7")
    peers.note_letter("192.0.2.7")
    assert not peers.has_brought_enough("192.0.2.7")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("2001:db8::1", "2001:db8::ffff:0:0:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::1", True),
    ],
)
def test_what_one_peer_is(one: str, other: str, same: bool) -> None:
    peers = Crowd(1, 60)
    peers.note_letter(one)
    peers.enter(one)
    assert peers.has_brought_enough(other) is same
    assert peers.connections(other) == int(same)
    peers.leave(one)
    assert peers.connections(one) == 0


def test_memory_is_bounded_and_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "MOST_PEERS", 3)
    clock = Clock()
    peers = Crowd(1, 60, clock)
    for number in range(5):
        clock.now += 1
        peers.note_letter(f"192.0.2.{number}")
    assert [peers.has_brought_enough(f"192.0.2.{number}") for number in range(5)] == [False, False, True, True, True]
    clock.now += 60
    peers.note_letter("192.0.2.9")
    assert len(peers._brought) == 1


@pytest.mark.parametrize(
    ("peer", "ours", "here"),
    [
        ("unix", True, True),
        ("10.0.5.3", True, False),
        ("::ffff:10.0.5.3", True, False),
        ("10.0.6.3", False, False),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("", False, False),
        ("nonsense", False, False),
    ],
)
def test_our_own_servers(peer: str, ours: bool, here: bool) -> None:
    assert is_one_of(peer, (ip_network("10.0.5.0/24"),)) is ours
    assert is_on_this_machine(peer) is here
