"""Read documents that texts name without a citation, and derive what rules ask about cited titles and numbers."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.subject import RE, WORDING, Derived, Mention, Subject, named, text_key
from jixiao.ontology import terms
from jixiao.ontology.numbers import find

_SIGN, _ABOUT, _PASSED_DOWN = map(WORDING.text, ("number_sign", "about", "passed_down"))


def unmarked(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of documents named without title marks in stated bases.

    For each section on bases, the first contract or, without one, the first title mark is yielded, too.
    """
    for prose in subject.bases:
        if not RE.vague.search(prose.text) and (span := _unmarked(prose.text)):
            thing = RE.leading.sub("", prose.text[slice(*span)], count=1)
            expected = {} if RE.unnumbered.search(prose.text) else {terms.numberExpected: f.true()}
            yield named(prose, (span[1] - len(thing), span[1]), terms.LegalBasis, thing, expected)
    for prose in (each for each in subject.sections if RE.on_bases.search(each.heading)):
        if found := RE.contract.search(prose.text) or RE.title_mark.search(prose.text):
            yield named(prose, found.span(), terms.LegalBasis, found.group())


def _unmarked(text: str) -> tuple[int, int] | None:
    """Return the start and end of a document named without title marks: its clause up to its kind."""
    if alone := RE.unmarked_alone.fullmatch(text):
        return alone.span("title")
    last = next(reversed([*RE.unmarked.finditer(text)]), None)
    edges = (edge.end() for edge in RE.clause_before.finditer(text, 0, last.start())) if last else ()
    return (max(edges, default=0), last.end()) if last else None


def obsolete(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of documents no longer in force, by title or number, except those that the project cites."""
    cited = [_title(subject, citation) for citation in subject.graph.texts(subject.iri, terms.hasCitation)]
    for prose in (*subject.proses, *subject.loose):
        titles = ((found.span(), found[1]) for found in RE.title.finditer(prose.text))
        written = find(prose.text) if _SIGN in prose.text else []
        numbers = (((each.start, each.end), each.number.canonical) for each in written)
        for span, name in (*titles, *numbers):
            known = _obsolete().get(_plain(name))
            if known and not any(_plain(name) in {_plain(title), known[2]} or name in title for title in cited):
                yield named(prose, span, terms.LegalBasis, prose.text[slice(*span)], _ended(known))


def citations(subject: Subject) -> Iterator[Derived]:
    """Derive facts on each citation: whether it lacks a title or number, and the year of its end.

    The end is the year in which the cited document went out of force.
    """
    graph = subject.graph
    told = [text_key(prose.text) for prose in (*subject.running, *subject.bases)]
    for citation in graph.texts(subject.iri, terms.hasCitation):
        title, number = _title(subject, citation), graph.text(citation, terms.printedNumber)
        section = graph.text(citation, terms.inSection)
        words = (word for word in WORDING.words("headings") if word in (section or ""))
        yield from ((citation, terms.headingWord, f.plain(word)) for word in words)
        if title:
            yield citation, terms.textKey, f.plain(text_key(title))
            on_bases = not section or RE.on_bases.search(section)
            is_known_by_title = RE.by_title.search(title) or _is_followed_by_number(title, subject)
            if on_bases and RE.numbered.search(title) and not is_known_by_title:
                yield citation, terms.numberExpected, f.true()
            if known := _obsolete().get(_plain(title)):
                yield from ((citation, name, value) for name, value in _ended(known).items())
        elif number and not RE.minutes.search(number) and section != _PASSED_DOWN:
            followed = text_key(number) + _ABOUT  # a title without marks, right behind the number
            yield citation, terms.titleExpected, None if any(followed in text for text in told) else f.true()


def _is_followed_by_number(title: str, subject: Subject) -> bool:
    """Return whether a number in brackets stands behind a title somewhere in the texts, even one that is not read."""
    texts = [prose.text for prose in (*subject.running, *subject.bases)]
    starts = ((text, found.end()) for text in texts for found in re.finditer(re.escape(title), text))
    return any(RE.number_in_brackets.match(text, at) for text, at in starts)


def _title(subject: Subject, citation: str) -> str:
    """Return the title of a citation without white space; empty if it has none."""
    return "".join((subject.graph.text(citation, terms.printedTitle) or "").split())


@cache
def _obsolete() -> Mapping[str, tuple[int, str, str]]:
    """Map titles and numbers of documents no longer in force to the year of the end, the successor, and the title."""
    found: dict[str, tuple[int, str, str]] = {}
    for title, (since, now, *numbers) in WORDING.tables["obsolete"].items():
        found |= dict.fromkeys((title, *numbers), (since, now, title))
    return found


def _ended(known: tuple[int, str, str]) -> dict[str, f.Term | None]:
    return {terms.obsoleteFrom: f.integer(known[0]), terms.nowCalled: f.plain(known[1])}


def _plain(title: str) -> str:
    """Return a title in the form of the keys of `_obsolete`: without white space, 中华人民共和国 and the edition."""
    return RE.edition.sub("", "".join(title.split()))
