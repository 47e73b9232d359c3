"""Follow things to the IRIs that a new reading of their source gives them.

IRIs are made of names (docs/design.md, "Identity"). When the rules for names change, `jixiao reread` gives things other
IRIs. moved.tsv in the store's directory has a line for each: the former and the present path below the base, and a tab
between them. Former addresses are redirected by it, and decisions are rewritten.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from jixiao.ontology import grouping, terms
from jixiao.store import files, sums
from jixiao.store.errors import BACKUP, damaged

_NAMED = re.compile(r"id/(?:org|filing|project|series)/[0-9a-z/-]+")


def pairs(before: Iterable[Quad], after: Iterable[Quad | Triple], base: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of former and present path for the things that one source states.

    `before` and `after` are the source's statements. Departments are paired by printed name; projects and evaluations
    by their numbers if there are as many as before, otherwise by number and name. Paths that did not change are
    yielded, too. The things are departments, projects, evaluations, filings and series; paths are below the base IRI.
    """
    former, present = _Stated(before), _Stated(after)
    for old, new in _same(former.departments, present.departments):
        yield old.removeprefix(base), new.removeprefix(base)
    named, filed = len(former.forms) != len(present.forms), frozenset(former.projects)
    for old, new in _same(former.by_number(named), present.by_number(named)):
        paths = old.removeprefix(base), new.removeprefix(base)
        yield paths
        if old in filed:
            yield from zip(*map(_above, paths), strict=True)


def _same(olds: Iterable[tuple[object, str]], news: Iterable[tuple[object, str]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of an old and a new IRI with the same key; `olds` and `news` are pairs of key and IRI."""
    by_name = grouping.by_key(news)
    return ((old, new) for key, old in olds for new in by_name.get(key, ()))


class _Stated:
    """The departments and projects that a source states, with their Chinese labels and numbers."""

    def __init__(self, stated: Iterable[Quad | Triple]) -> None:
        said = [
            (each.predicate.value, each.subject.value, each.object)
            for each in stated
            if isinstance(each.subject, NamedNode)
        ]
        iris = grouping.by_key(
            (value.value, iri) for name, iri, value in said if name == terms.RDF_type and isinstance(value, NamedNode)
        )
        texts = [(name, iri, value) for name, iri, value in said if isinstance(value, Literal)]
        self._labels = {
            iri: text.value for name, iri, text in texts if name == terms.RDFS_label and text.language == "zh"
        }
        self._numbers = {iri: text.value for name, iri, text in texts if name == terms.ordinal}
        self.departments = [(self._labels.get(each), each) for each in sorted(iris.get(terms.Department, ()))]
        self.projects = sorted(iris.get(terms.Project, ()))
        self.forms = [*self.projects, *sorted(iris.get(terms.Evaluation, ()))]

    def by_number(self, named: bool) -> list[tuple[tuple[str, str], str]]:
        """Return the projects and evaluations, each with a key of its number and, if `named`, its name."""
        return [
            ((self._numbers.get(each, ""), self._labels.get(each, "") if named else ""), each) for each in self.forms
        ]


def _above(project: str) -> tuple[str, str]:
    """Return the paths of the filing and the series of a project, given by its path."""
    _, _, owner, year, name = project.split("/")
    return f"id/filing/{owner}/{year}", f"id/series/{owner}/{re.sub('-[0-9]+$', '', name)}"


def settled(moves: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map each former path to its present path; a former path that leads to several paths is left out.

    A former path that a source still uses is left out, too.
    """
    return {old: new[0] for old, new in grouping.by_key(moves).items() if len(set(new)) == 1 and old not in new}


def read(path: Path) -> dict[str, str]:
    """Read the table of moved things (present by former path) at `path`; empty without a file.

    Raises StoreUnusableError.
    """
    try:
        return dict(line.split("\t") for line in (sums.kept(path, remedy=BACKUP) or b"").decode("ascii").splitlines())
    except ValueError as cause:
        raise damaged(path, *BACKUP) from cause


def add(path: Path, moved: Mapping[str, str]) -> None:
    """Add moves (present by former path) to the table at `path`; earlier entries then lead to the newest path.

    Raises OSError.
    """
    if moved:
        known = {old: moved.get(new, new) for old, new in read(path).items()} | dict(moved)
        files.write(
            path, "".join(sorted(f"{old}\t{new}\n" for old, new in known.items() if old != new)).encode("ascii")
        )


def rewritten(text: str, moved: Mapping[str, str]) -> str:
    """Return the text of a registry with former paths replaced by present ones."""
    return _NAMED.sub(lambda match: moved.get(match[0], match[0]), text)
