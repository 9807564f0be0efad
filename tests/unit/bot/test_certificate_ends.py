"""What the doctor says of the certificate for STARTTLS."""

from pathlib import Path

import pytest

from bot.certificate_ends import certificate_check
from bot.settings import Settings, SmtpTls
from tests.parts.certificates import write_certificate


@pytest.mark.parametrize(("days", "mend"), [(-1, "It has ended"), (3, "It ends in 2 days"), (60, "")])
def test_a_certificate_is_to_be_renewed_before_it_ends(days: int, mend: str, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path, days=days)
    settings = Settings(smtp_tls=SmtpTls.OFFER, smtp_certificate=str(certificate), smtp_key=str(key))
    found, told = certificate_check(settings)
    assert found.startswith("the certificate for STARTTLS holds until 20")
    assert told.startswith(mend)
    assert bool(told) is bool(mend)


def test_one_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    settings = Settings(smtp_tls=SmtpTls.REQUIRE, smtp_certificate=str(tmp_path / "no.pem"), smtp_key="no.key")
    found, told = certificate_check(settings)
    assert "cannot be used" in found
    assert "No such file" in told


def test_without_starttls_there_is_nothing_to_look_at() -> None:
    assert certificate_check(Settings()) == ("", "")
