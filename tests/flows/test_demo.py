"""`recourse demo`, as a newcomer runs it."""

import email
import email.policy
import os
import subprocess
import sys
from pathlib import Path


def test_the_demo_tells_the_whole_story_and_leaves_its_mails(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    for _ in range(2):  # again where an older one has left its mails
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--keep", "mails"],
            cwd=tmp_path,
            env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
    story = ended.stdout
    for line in (
        "Recourse takes mail to complaints@portal.example on 127.0.0.1:",
        "    | Tracking number: PDXGR4410023",
        "1. A claim sheet with 20 eligible claims",
        "your 20 claims against Meridian Health Plan of Illinois",
        "17 claims filed, 3 need you",
        "too early until",
        "[attached: claim-sheet-filled.xlsx]",
        "[attached: registration-sheet.xlsx]",
        "filed already",
        "outcome no_answer",
        "is closed: the plan paid",
        "It stands in the thread of the first mail",
    ):
        assert line in story
    assert list((tmp_path / "temporary").iterdir()) == [], "its temporary directory is still there"
    mails = sorted((tmp_path / "mails").glob("*.eml"))
    answers = [path for path in mails if "answer" in path.name]
    assert len(mails) == 14
    assert len(answers) == 7
    for path in mails:
        parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert parsed["Message-ID"]
    for path in answers:
        assert "</html>" in path.with_suffix(".html").read_text(encoding="utf-8")
