"""XFORWARD as anybody may write it."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailin.receiving.xforward import ATTRIBUTES, Forwarded, plain_helo, read_xforward

_NAMES = st.sampled_from([*ATTRIBUTES, "helo", "LOGIN", ""])
_VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["192.0.2.7", "IPV6:2001:db8::7", "[UNAVAILABLE]", "+0A+0D", "+", "+2b", "x" * 600, "a=b"]),
)
_PAIRS = st.tuples(_NAMES, _VALUES).map("=".join)


@given(st.one_of(st.text(), st.lists(_PAIRS, max_size=9).map(" ".join)))
def test_whatever_is_said_is_an_address_and_a_plain_name_or_malformed(said: str) -> None:
    told = read_xforward(said, Forwarded("192.0.2.1", "before"))
    if told is not None:
        assert not told.address or str(ip_address(told.address)) == told.address
        assert plain_helo(told.helo) == told.helo


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "bücher.example", "x" * 256, "a\udcffb"])
def test_a_name_that_is_none_is_left_out(name: str) -> None:
    assert plain_helo(name) == ""
