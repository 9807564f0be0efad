"""The certificate for STARTTLS, read again when its files are new."""

import logging
import ssl
from pathlib import Path

from complaints.errors import SettingsError

log = logging.getLogger(__name__)


class Certificate:
    """A certificate with its chain, and its key. Renewed files are used from the next connection on."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """SettingsError: they cannot be used."""
        self._files = (certificate, key)
        self._seen = self._stamp()
        self._context = self._load()

    def context(self) -> ssl.SSLContext:
        """For the next connection. While new files cannot be used (half written, not a pair), the old ones serve on."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._context = self._load()
                log.info("the renewed certificate for STARTTLS is in use")
            except SettingsError as error:
                log.error("the certificate as it was before goes on being used: %s", error)  # noqa: TRY400
        return self._context

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        certificate, key = self._files
        for path in self._files:
            _check_readable(path)
        try:
            context.load_cert_chain(certificate, key, password=lambda: b"")  # nobody is asked for one at a terminal
        except OSError as error:  # an SSLError is one
            raise SettingsError(_blame(certificate, key, error)) from error
        return context

    def _stamp(self) -> tuple[object, ...]:
        """What differs when a file was written or replaced."""
        return tuple(_stamp(path) for path in self._files)


def _check_readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise SettingsError(f"{path} cannot be used for STARTTLS: {error.strerror}") from error


def _blame(certificate: Path, key: Path, error: OSError) -> str:
    """Which of the two files is wrong: a certificate that can be read by itself is not."""
    why = error.reason if isinstance(error, ssl.SSLError) else error.strerror
    if why == "KEY_VALUES_MISMATCH":
        return f"{key} cannot be used for STARTTLS: it is not the key of {certificate}"
    said = f" ({why})" if why else ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(certificate)
    except OSError:
        return f"{certificate} cannot be used for STARTTLS: no certificate is in it{said}"
    return f"{key} cannot be used for STARTTLS: no key without a password is in it{said}"


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
