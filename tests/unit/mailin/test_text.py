"""What is read as the text of a letter: HTML as lines, without earlier mails, but with a forwarded complaint."""

import pytest

from mailin.html_text import html_to_text
from mailin.letter import Letter
from mailin.quoting import is_forward, without_quotes
from mailin.reading import read_letter


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("MCO: <b>Meridian</b><br>Tracking number: 5&nbsp;6", "MCO: Meridian\nTracking number: 5 6"),
        ("<p>MCO: Meridian</p>\n<p>Tracking: 5</p>", "MCO: Meridian\n\nTracking: 5"),
        ("<table><tr><th>MCO</th><td>Meridian</td></tr><tr><td>Tracking<td>5</table>", "MCO\tMeridian\nTracking\t5"),
        ("<table><tr><td><p>MCO</p></td>\n <td><div>Meridian</div></td></tr></table>", "MCO\tMeridian"),
        ("<table><tr><td>a<table><tr><td>b<td>c</table>d</td></tr></table>e", "a\nb\tc\nd\ne"),
        ("<td>loose</td> cells", "loose cells"),
        ("a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e", "a\n> b\n> c\n> > d\ne"),
        ("<title>x</title><style>p {}</style><script>if (a < b) {}</SCRIPT>y", "y"),
        ("a<!-- <p>hidden --> b<!-- never closed", "a b"),
        ("1 < 2 &lt; 3 &amp; 4", "1 < 2 < 3 & 4"),
        ("<p class='x' onclick=\"f()\">a</p><unknown>b</unknown>", "a\nb"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("</table></td></blockquote>a", "a"),
        ("", ""),
    ],
)
def test_html_as_text(page: str, text: str) -> None:
    assert html_to_text(page) == text


@pytest.mark.parametrize(
    "unit",
    ["<!", "<!--", "<a ", "<a", "</", "</a", "<?", "&#", "<a b='", "<script>", "<table><tr><td>x", "<blockquote>x",
     "<td>", "</table>", "<table>", "  \n", "a\n"],
)  # fmt: skip
def test_hostile_html_takes_no_time(unit: str) -> None:
    """A quadratic reading of this much takes hours, and so runs into the time limit of every test."""
    page = unit * (1_000_000 // len(unit))
    assert len(html_to_text(page)) <= 2 * len(page)


OWN = "MCO: Meridian\nTracking number: 5"


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        f"{OWN}\n\n> MCO: Aetna\n> Tracking number: 6",
        f"{OWN}\n\nOn Mon, Nov 2, 2026 at 9:00 AM Desk <d@x.example> wrote:\n> MCO: Aetna",
        f"{OWN}\n\nOn Mon, Nov 2, 2026 at 9:00 AM Desk\n<d@x.example>\nwrote:\n\n> MCO: Aetna",
        f"{OWN}\n\nOn Monday Desk wrote:\n\nMCO: Aetna",
        f"{OWN}\n\n-----Original Message-----\nFrom: Desk\nMCO: Aetna",
        f"{OWN}\n\nFrom: Desk <d@x.example>\nSent: Monday, November 2, 2026\nTo: Ann\nSubject: Ticket\n\nMCO: Aetna",
        f"{OWN}\n\n*From:* Desk\n*Date:* Monday\n*To:* Ann\n*Subject:* Ticket\n\nMCO: Aetna",
        "On Monday Desk wrote:\n> Which plan?\nMCO: Meridian\n> Which number?\nTracking number: 5",
        "---------- Forwarded message ---------\nFrom: Ann\nDate: Monday\nSubject: x\nTo: Bo\n\n" + OWN,
        "> MCO: Meridian\n> Tracking number: 5",
        "On Monday Ann wrote:\n> MCO: Meridian\n> Tracking number: 5",
        "-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bo\nSubject: x\n\n" + OWN,
    ],
)
def test_what_remains_without_quotes(text: str) -> None:
    assert without_quotes(text) == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Please file.\n\nFrom: Ann\nSent: Monday\nTo: Bo\nSubject: x\n\nMCO: Meridian",
        "Please file.\n\n> Begin forwarded message:\n>\n> From: Ann\n> Date: Monday\n> Subject: x\n> To: Bo\n>\n"
        "> MCO: Meridian",
        "Please file.\n\n---------- Forwarded message ---------\nFrom: Ann\nDate: Monday\nSubject: x\nTo: Bo\n\n"
        "MCO: Meridian",
    ],
)  # fmt: skip
def test_what_is_forwarded_is_kept(text: str) -> None:
    kept = [line for line in without_quotes(text, forwarded=True).split("\n") if line]
    assert kept == ["Please file.", "MCO: Meridian"]


def test_service_dates_are_no_heading() -> None:
    text = "MCO: Meridian\nFrom: 3/1/2026\nTo: 3/5/2026\nTracking number: 5"
    assert without_quotes(text) == text


@pytest.mark.parametrize(
    ("subject", "forward"), [("Fwd: x", True), ("FW: x", True), ("Re: Fwd: x", False), ("forward", False)]
)
def test_subjects_of_forwards(subject: str, forward: bool) -> None:
    assert is_forward(subject) is forward


def text_of(raw: str) -> str:
    letter = read_letter(raw.replace("\n", "\r\n").encode(), "a@b.example", frozenset())
    assert isinstance(letter, Letter)
    return letter.text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["text/plain\n\na", "text/html\n\n<p>b"], "a\n\nb"),
        (["text/plain\n\n", "text/html\n\n<p>b"], "b"),
        (["text/plain\n\na", "application/x\n\nf", "text/plain\n\nsignature"], "a\n\nsignature"),
        (["text/html\n\n<p>b", 'text/plain; name="a.txt"\n\na'], "b"),
        (['multipart/alternative; boundary="i"\n\n--i\n\nplain\n--i\nContent-Type: text/html\n\nhtml\n--i--'], "plain"),
        (['multipart/alternative; boundary="i"\n\n--i\n\n\n--i\nContent-Type: text/html\n\nhtml\n--i--'], "html"),
    ],
)
def test_which_parts_are_the_text(parts: list[str], text: str) -> None:
    body = "".join(f"--b\nContent-Type: {part}\n" for part in parts)
    assert text_of(f"Content-Type: multipart/mixed; boundary=b\n\n{body}--b--\n") == text
