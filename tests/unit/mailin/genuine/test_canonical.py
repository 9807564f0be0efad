"""The signed form of a body, in pieces of any size, beside dkimpy's."""

import hashlib

from dkim.canonicalization import Relaxed, Simple
from hypothesis import example, given
from hypothesis import strategies as st

from mailin.genuine.canonical import body_digest

BODIES = st.lists(st.sampled_from([b"a", b"bc", b" ", b"\t", b"  ", b"\r\n", b"\r\n\r\n", b" \r\n"]), max_size=30).map(
    b"".join
)


@given(BODIES, st.integers(min_value=1, max_value=12))
@example(b"", 1)
@example(b"\r\n\r\n", 1)
@example(b" \r\n \r\n", 2)
def test_pieces_of_any_size_make_the_form_of_the_whole(body: bytes, piece: int) -> None:
    assert body_digest(body, "relaxed", piece) == hashlib.sha256(Relaxed.canonicalize_body(body)).digest()
    assert body_digest(body, "simple", piece) == hashlib.sha256(Simple.canonicalize_body(body)).digest()


@given(st.binary(max_size=40), st.integers(min_value=1, max_value=12), st.sampled_from(["simple", "relaxed"]))
@example(b"a\r\r\n\n\r\n", 2, "relaxed")
def test_lines_that_are_none_are_cut_nowhere(body: bytes, piece: int, form: str) -> None:
    assert body_digest(body, form, piece) == body_digest(body, form, 1000)
