"""Tell names into which a copying site has put advertising (狗万客户端城市管理局) from those of the original."""

import unicodedata
from functools import lru_cache

from jixiao.ontology.reasons import reason
from jixiao.ontology.text.wording import Wording

ALTERED = reason("altered")
"""The reason given for a name that a copy has altered."""
_ALTERED = Wording("jixiao.ingest.certainty", "altered.toml").pattern("altered")


@lru_cache(maxsize=8192)  # names of bodies and documents recur
def is_altered(name: str) -> bool:
    """Return whether a name holds advertising, so that it is not the name that the original prints."""
    return _ALTERED.search("".join(unicodedata.normalize("NFKC", name).split())) is not None
