"""Links in a mail that lead to a shared file, also when a mail filter has wrapped them in an address of its own."""

import re
from urllib.parse import unquote

from complaints.cloud_drives import leads_to_cloud_file

_WRAPPED = re.compile(r"urldefense\.proofpoint\.com/v2/url\?u=([^&\s<>]{1,2000})")
_UNWRAPPED = str.maketrans({"-": "%", "_": "/"})


def links_to_files(text: str) -> bool:
    """Does the text lead to a file that was shared instead of attached?"""
    if leads_to_cloud_file(text):
        return True
    plain = unquote(unquote(text)) if "%" in text else ""
    wrapped = "\n".join(unquote(target.translate(_UNWRAPPED)) for target in _WRAPPED.findall(text))
    return leads_to_cloud_file(plain) or leads_to_cloud_file(wrapped)
