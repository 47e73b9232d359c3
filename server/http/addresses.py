"""Where a client sees this site: a request comes in, the beginning of absolute addresses goes out.

Apart because links are path-absolute; sitemaps and the endpoint's description alone must say more.
"""

from __future__ import annotations

import re

_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def site(scheme: str, host: str, root: str, base_iri: str) -> str:
    """Without a final slash; the base IRI's where the request does not say its host."""
    return f"{scheme}://{host}{root}" if _HOST.fullmatch(host) else base_iri.rstrip("/")
