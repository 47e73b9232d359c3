"""Make absolute addresses of this site, for sitemaps and the endpoint's description; other links are path-absolute."""

from __future__ import annotations

import re

_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def site(scheme: str, host: str, root: str, base_iri: str) -> str:
    """Return the site's address without a final slash: the base IRI's if the request's Host header is malformed."""
    return f"{scheme}://{host}{root}" if _HOST.fullmatch(host) else base_iri.rstrip("/")
