"""Load the words and patterns of names, and the keys by which names and texts are compared."""

from functools import lru_cache

from jixiao.ontology import codes
from jixiao.ontology.text.wording import Wording, alternatives

WORDING = Wording(
    "jixiao.ingest.text.mentions",
    "names.toml",
    {
        "leads": alternatives(Wording("jixiao.ontology", "bodies.toml").words("leads")),
        "provinces": alternatives(codes.places()),
    },
)
"""The words and patterns of names.toml."""
RE = WORDING.patterns
"""The patterns of these words."""


@lru_cache(maxsize=4096)
def text_key(text: str) -> str:
    """Return a text without punctuation, brackets and white space."""
    return RE.key_marks.sub("", text)
