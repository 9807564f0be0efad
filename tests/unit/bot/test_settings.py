"""Settings: from where they come, and what is said about each that is wrong."""

from pathlib import Path

import pytest

from bot.settings import SenderCheck, Settings, host_and_port, load, unknown_variables
from complaints.errors import SettingsError
from mailin.mailbox_address import read_address


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    config = tmp_path / "recourse.toml"
    config.write_text('mail_address = "a@example.org"\nrelay = "smtp://127.0.0.1:25"\n')
    settings = load(config, {"RECOURSE_MAIL_ADDRESS": "b@example.org"})
    assert settings == Settings(mail_address="b@example.org", relay="smtp://127.0.0.1:25")


def test_the_file_may_be_named_in_the_environment(tmp_path: Path) -> None:
    config = tmp_path / "other.toml"
    config.write_text('mail_address = "a@example.org"\n')
    assert load(None, {"RECOURSE_CONFIG": str(config)}).mail_address == "a@example.org"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MAIL_ADDRESS", "complaints", "is not a mail address. Example: complaints@example.gov"),
        ("MAIL_ADDRESS", "a@b, c@d", "is not a mail address"),
        ("SMTP_LISTEN", "8025", "is not host:port. Example: 127.0.0.1:8025"),
        ("SMTP_LISTEN", "127.0.0.1:99999", "is not host:port"),
        ("HTTP_LISTEN", "8080", "is not host:port"),
        ("PUBLIC_URL", "complaints.example.gov", "is not https://host. Example: https://complaints.example.gov"),
        ("PUBLIC_URL", "https://example.gov/complaints", "is not https://host"),
        ("PUBLIC_URL", "https://[x", "is not https://host"),
        ("PUBLIC_URL", "ftp://example.gov", "is not https://host"),
        ("RELAY", "localhost", "is neither smtp://host:port nor maildir:PATH"),
        ("RELAY", "smtp://localhost", "is neither"),
        ("RELAY", "smtp://localhost:port", "is neither"),
        ("RELAY", "maildir:", "is neither"),
        ("SENDER_CHECK", "spf", "is none of: verify, trusted-header, registered-only"),
        ("SENDER_CHECK", "trusted-header", "needs RECOURSE_AUTHSERV_ID"),
        ("SMTP_TLS", "yes", "is none of: off, offer, require"),
        ("SMTP_TLS", "offer", "needs RECOURSE_SMTP_CERTIFICATE and RECOURSE_SMTP_KEY"),
        ("TRUSTED_PEERS", "mx.example.org", "Example: 127.0.0.1 10.0.5.0/24"),
        ("LIMITS", "/nowhere/limits.toml", "cannot read the limits file /nowhere/limits.toml (RECOURSE_LIMITS)"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_read_and_what_is_right(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(Path("/dev/null"), {f"RECOURSE_{name}": value})
    assert f"RECOURSE_{name}" in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('smtp_lisen = "127.0.0.1:25"', "'smtp_lisen' is not a setting"),
        ("smtp_listen = 25", "must be a text in quotes"),
        ("smtp_listen", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    config = tmp_path / "recourse.toml"
    config.write_text(text)
    with pytest.raises(SettingsError, match=r"recourse\.toml") as refused:
        load(config, {})
    assert said in str(refused.value)


def test_a_missing_file_that_was_named_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load(tmp_path / "nowhere.toml", {})


def test_variables_that_are_no_settings_are_told() -> None:
    names = {"RECOURSE_RELAY": "", "RECOURSE_RELAI": "", "RECOURSE_CONFIG": "", "PATH": ""}
    assert unknown_variables(names) == ("RECOURSE_RELAI",)


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert host_and_port("smtp_listen", "[::1]:8025") == ("::1", 8025)
    assert Settings(smtp_listen="[::1]:8025").smtp_listen == "[::1]:8025"


def test_pages_are_where_the_public_address_says() -> None:
    assert Settings().web_address == "http://127.0.0.1:8080"
    assert Settings(public_url="https://example.gov/").web_address == "https://example.gov"


def test_the_web_chat_may_be_reached_by_others() -> None:
    assert Settings(http_listen="0.0.0.0:80").http_listen == "0.0.0.0:80"


@pytest.mark.parametrize(("name", "listen"), [("SMTP_LISTEN", "0.0.0.0:25"), ("LMTP_LISTEN", "mail.example.org:24")])
def test_who_believes_every_from_line_listens_on_loopback_only(name: str, listen: str) -> None:
    with pytest.raises(SettingsError, match="which others can reach"):
        load(Path("/dev/null"), {f"RECOURSE_{name}": listen, "RECOURSE_SENDER_CHECK": "registered-only"})
    assert load(Path("/dev/null"), {f"RECOURSE_{name}": listen}).sender_check is SenderCheck.VERIFY


MAILBOX = {"RECOURSE_IMAP": "imaps://portal%40example.gov@mail.example.gov/INBOX"}
PASSWORD = {"RECOURSE_IMAP_PASSWORD": "hidden"}
TOKEN = {"RECOURSE_IMAP_TOKEN_URL": "https://login.example/token"}


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (MAILBOX, "needs either"),
        (MAILBOX | PASSWORD | TOKEN, "needs either"),
        (MAILBOX | {"RECOURSE_IMAP_TOKEN_URL": "http://login.example/token"}, "no https:// address"),
        (MAILBOX | {"RECOURSE_IMAP_TOKEN_URL": "login.example"}, "no https:// address"),
        (MAILBOX | PASSWORD | {"RECOURSE_SENDER_CHECK": "registered-only"}, "believes every From line"),
        ({"RECOURSE_IMAP": "imaps://portal:hidden@mail.example.gov/INBOX"}, "is not imaps://user@host/folder"),
        ({"RECOURSE_IMAP": "imaps://por:tal:hidden@mail.example.gov:x/INBOX"}, "is not|Port could not"),
        ({"RECOURSE_IMAP": "imaps://mail.example.gov/INBOX"}, "is not imaps://user@host/folder"),
        ({"RECOURSE_IMAP": "pop3://portal@mail.example.gov"}, "is not imaps://user@host/folder"),
        (MAILBOX | {"RECOURSE_IMAP_PASSWORD": ""}, "needs either"),
        (MAILBOX | {"RECOURSE_IMAP_TOKEN_URL": "https://[x/token"}, "no https:// address"),
        *(
            ({"RECOURSE_IMAP": written}, "RECOURSE_IMAP='")
            for written in (
                *("imaps://x", "https://x", "x", "imaps://portal@[x/INBOX", "imaps://portal@mail.example.gov:99999/"),
                *("imaps://portal@mail example/INBOX", "imaps://portal@mail.example.gov/IN%0D%0ABOX", "imaps://%20@x/"),
                "imaps://portal@mail.example.gov/INBOX?folder=Complaints",
            )
        ),
    ],
)
def test_a_mailbox_that_cannot_be_fetched_from_is_refused_at_the_start(variables: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refused:
        load(Path("/dev/null"), variables)
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("name", ["mx example", "mx.example.gov;", " mx.example.gov", "mx.example.gov\n"])
def test_the_name_of_the_mail_server_in_front_is_one_name(name: str) -> None:
    with pytest.raises(SettingsError, match=r"RECOURSE_AUTHSERV_ID=.* is not one name"):
        load(Path("/dev/null"), {"RECOURSE_SENDER_CHECK": "trusted-header", "RECOURSE_AUTHSERV_ID": name})


@pytest.mark.parametrize("how", [PASSWORD, TOKEN, {"RECOURSE_IMAP_TOKEN_URL": "http://127.0.0.1:5000/token"}])
def test_a_mailbox_has_a_password_or_a_token_server(how: dict[str, str]) -> None:
    assert load(Path("/dev/null"), MAILBOX | how).imap == MAILBOX["RECOURSE_IMAP"]


def test_a_mailbox_is_named_without_its_password() -> None:
    found = read_address("imap://portal%40example.gov@localhost/Complaints%20in")
    assert found.name == "portal@example.gov@localhost:143/Complaints in"
    assert found.is_here
    assert read_address("imaps://portal@mail.example.gov").name == "portal@mail.example.gov:993/INBOX"
