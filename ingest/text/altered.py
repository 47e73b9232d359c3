"""Find texts that a copying site has altered: it put advertising (狗万客户端城市管理局) or a mask into them."""

import unicodedata
from functools import lru_cache

from jixiao.ontology.reasons import reason
from jixiao.ontology.text.wording import Wording

ALTERED = reason("altered")
"""The reason given for a text that a copy has altered."""
_WORDING = Wording("jixiao.ingest.certainty", "altered.toml")
_ALTERED, _MASKED = _WORDING.pattern("altered"), _WORDING.pattern("masked")


@lru_cache(maxsize=8192)  # names of bodies and documents recur
def is_altered(text: str) -> bool:
    """Return whether a text holds advertising, so that it is not what the original prints."""
    return _ALTERED.search(_shown(text)) is not None


def is_masked(name: str) -> bool:
    """Return whether a name holds a mask, such as （略） or ***, in place of some of its words."""
    return _MASKED.search(_shown(name)) is not None


def _shown(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
