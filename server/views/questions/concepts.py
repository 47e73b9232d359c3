"""Add the words for types of indicators and categories of projects to a lexicon, from the concept schemes.

`满意度指标` is also asked for as 满意度, 满意度目标 and “satisfaction targets”; the forms stand in words.toml.
"""

from __future__ import annotations

from collections.abc import Iterable

from jixiao.ontology import terms
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text.folding import fold
from jixiao.server.views.questions.lexicon import Lexicon, words

_SCHEMES = {
    f"{terms.VOCAB}indicator-type": "type",
    f"{terms.VOCAB}project-category": "category",
}


def add(lexicon: Lexicon) -> None:
    """Add the concepts' words, each with the Chinese label as its value."""
    for kind in _SCHEMES.values():
        for word, label in words()["concept"][kind].get("also", {}).items():
            lexicon.add((word,), f"{kind}:{label}")
    for term in reference().values():
        tag = _SCHEMES.get(term.scheme or "")
        if tag:
            lexicon.add(_forms(tag, term, lexicon), f"{tag}:{term.label.zh}")


def _forms(tag: str, term: Term, lexicon: Lexicon) -> Iterable[str]:
    """Return the forms of a concept's labels; a short one that also means something else is no form."""
    forms = words()["concept"][tag]
    for name in map(fold, (term.label.zh, term.label.en, *term.others)):
        stem = next((name.removesuffix(end) for end in map(fold, forms["endings"]) if name.endswith(end)), name).strip()
        yield name
        yield from (form.replace("{}", stem) for form in (forms["zh"] if not stem.isascii() else forms["en"]))
        if stem not in lexicon and len(stem) >= forms["shortest"]:
            yield stem
