"""Until when the certificate for STARTTLS holds; for the doctor."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.reception import certificate_of
from bot.settings import Settings
from complaints.errors import SettingsError

SOON = timedelta(days=14)
"""Renewal by itself happens earlier, so it has failed when less is left."""


def certificate_check(settings: Settings, now: datetime | None = None) -> tuple[str, str]:
    """(what was found, what to do about it); ("", "") where there is no STARTTLS."""
    from cryptography import x509  # only where a certificate is looked at

    try:
        if certificate_of(settings) is None:
            return "", ""
        first, *_ = x509.load_pem_x509_certificates(Path(settings.smtp_certificate).read_bytes())
    except (SettingsError, OSError, ValueError) as error:
        return "the certificate for STARTTLS cannot be used", f"{error} (RECOURSE_SMTP_CERTIFICATE, RECOURSE_SMTP_KEY)"
    ends = first.not_valid_after_utc
    left = ends - (now or datetime.now(UTC))
    found = f"the certificate for STARTTLS holds until {ends:%Y-%m-%d}"
    if left <= timedelta(0):
        return found, "It has ended: renew it. `recourse serve` takes the new files by itself."
    if left < SOON:
        return found, f"It ends in {left.days} days: renew it. `recourse serve` takes the new files by itself."
    return found, ""
