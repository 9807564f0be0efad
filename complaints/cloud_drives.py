"""Addresses that lead to a file in somebody's cloud drive: people share their sheet there instead of attaching it."""

import re

_CLOUD_FILE = re.compile(
    r"""https?://(?:
        docs\.google\.com/(?:a/[\w.-]{1,100}/)?(?:spreadsheets|document|file|uc)\b
      | drive\.google\.com/(?:a/[\w.-]{1,100}/)?(?:file|open|drive|uc|folderview)\b
      | (?:www\.)?dropbox\.com/(?:s|sh|scl|t|transfer|l)/
      | 1drv\.ms/
      | onedrive\.live\.com/
      | [\w.-]{1,100}\.sharepoint\.(?:com|us)/(?::[a-z]:/|personal/|[^\s"'<>]{0,300}?\.(?:xls|ods|csv|zip))
      | (?:[\w-]{1,60}\.){0,2}box\.com/(?:s|v|file)/
      | (?:www\.)?icloud\.com/(?:iclouddrive|numbers|attachment)/
      | (?:www\.)?wetransfer\.com/downloads/ | we\.tl/
      | [\w-]{1,60}\.sharefile\.(?:com|eu)/(?:d-|share|public)
      | [\w-]{1,60}\.egnyte\.com/(?:dl|fl)/
      | workdrive\.zoho(?:external)?\.com/(?:file|external)/
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def leads_to_cloud_file(text: str) -> bool:
    """Does an address of a shared file stand in the text? A drive's front page, as in a signature, is none."""
    return _CLOUD_FILE.search(text) is not None
