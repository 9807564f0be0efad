"""What PGP writes into the text of a mail: a signature around it, which is taken off, or what nobody here can read."""

import re

_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]{1,40}: [^\n]*\n)*", re.MULTILINE)
_SIGNATURE = "\n-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_ENCRYPTED = "-----BEGIN PGP MESSAGE-----"

ENCRYPTED = "it is encrypted (PGP), and nobody here can read it"


def without_armour(text: str) -> tuple[str, str | None]:
    """The text that was signed, or all of it; and what is lost (or None)."""
    loss = ENCRYPTED if _ENCRYPTED in text else None
    start = _SIGNED.search(text)
    stop = text.find(_SIGNATURE, start.end()) if start else -1
    if start is None or stop < 0:
        return text, loss
    end = text.find(_END, stop)
    behind = text[end + len(_END) :] if end >= 0 else ""
    signed = re.sub(r"^- ", "", text[start.end() : stop], flags=re.MULTILINE)
    return f"{text[: start.start()]}{signed}\n{behind}", loss
