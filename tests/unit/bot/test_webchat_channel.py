"""What a page sends, as an event: nothing that is said gets lost or cut, and nothing else gets in."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.webchat import LONGEST, Hello, Sent, file_came, opened, pressed, read_frame, said
from bot.chat_ports import EventKind

ID = "0123456789abcdef"
MOMENT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_conversation_begins_once_for_each_address() -> None:
    first = opened("a" * 32, "0001", MOMENT, "es")
    assert (first.channel, first.external_id, first.kind) == ("web", f"{'a' * 32}:start", EventKind.OPENED)
    assert first.language == "es"


@pytest.mark.parametrize(
    ("frame", "read"),
    [
        ({"last_seq": 7, "language": "en"}, Hello(7, "en")),
        ({"seq": ID, "said": " 5 weeks ago\r\n"}, Sent(ID, EventKind.SAID, {"text": "5 weeks ago"})),
        ({"seq": ID, "pressed": [3, 0]}, Sent(ID, EventKind.PRESSED, {"turn": 3, "choice": 0})),
    ],
)
def test_frames_of_our_page_are_read(frame: dict[str, Any], read: Hello | Sent) -> None:
    assert read_frame(json.dumps(frame)) == read


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "[" * 5000,
        "{",
        '{"last_seq": -1, "language": "en"}',
        '{"last_seq": 1e99, "language": "en"}',
        '{"last_seq": 99999999999, "language": "en"}',
        '{"seq": "short", "said": "x"}',
        '{"seq": "0123456789abcdef/../", "said": "x"}',
        '{"seq": 5, "said": "x"}',
        '{"seq": "0123456789abcdef", "said": 5}',
        '{"seq": "0123456789abcdef", "said": "  "}',
        '{"seq": "0123456789abcdef", "pressed": [1]}',
        '{"seq": "0123456789abcdef", "pressed": [-1, 0]}',
        '{"seq": "0123456789abcdef", "pressed": ["1", "0"]}',
        '{"seq": "0123456789abcdef", "pressed": [1, 1000]}',
    ],
)
def test_anything_else_is_no_frame(raw: str) -> None:
    assert read_frame(raw) is None


def test_pasted_rows_keep_their_tabs_and_lose_what_no_database_takes() -> None:
    sent = said(ID, "193450004656\t10/15/2026\r\n\x00\ud800193450004657\t10/16/2026")
    assert sent is not None
    assert sent.payload["text"] == "193450004656\t10/15/2026\n193450004657\t10/16/2026"


def test_too_long_a_text_is_refused_and_not_cut() -> None:
    assert said(ID, "x" * LONGEST) is not None
    assert said(ID, "x" * (LONGEST + 1)) is None


def test_a_button_of_a_form_is_its_turn_and_its_place() -> None:
    assert pressed(ID, "12:3") == Sent(ID, EventKind.PRESSED, {"turn": 12, "choice": 3})
    for button in ("", "12", "12:", ":3", "-1:0", "1:2:3", "٣:١", "1" * 10 + ":0"):
        assert pressed(ID, button) is None


def test_a_file_that_may_not_be_kept_comes_without_its_digest() -> None:
    assert file_came(ID, "ab") == Sent(ID, EventKind.FILE, {"file": "ab"})
    assert file_came(ID, None) == Sent(ID, EventKind.FILE, {})
