"""The kinds of things (kinds.toml), each with a list at /doc/{kind}: class, labels, and the view that shows more."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from jixiao.ontology import terms
from jixiao.ontology.identity import COLLECTIONS
from jixiao.ontology.text.bilingual import Bilingual


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of things, whose IRIs begin with `name` below `id/`; `schema` is its schema.org type.

    `of_class` is the IRI of their class. `one` is the word for one thing, `many` for several; `view` is the name of a
    view that shows more of a thing, and the view's parameter that takes the thing; `listed` is the view whose rows the
    page of the list shows, if that is not lists/{name}.rq.
    """

    name: str
    of_class: str
    one: Bilingual
    many: Bilingual
    schema: str
    view: Sequence[str] | None = None
    listed: str | None = None

    def more(self, node: str, base: str) -> str | None:
        """Return the address of the view that shows more of a thing, or None if the kind has no such view."""
        if self.view is None:
            return None
        view, parameter = self.view
        return f"/views/{view}?{urlencode({parameter: f'/{node.removeprefix(base)}'})}"


_STATED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
KINDS = tuple(
    Kind(name, COLLECTIONS[name], **{**stated, "one": Bilingual(*stated["one"]), "many": Bilingual(*stated["many"])})
    for name, stated in _STATED.items()
)
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}


def of(classes: Collection[str]) -> Kind | None:
    """Return the kind of a thing from the IRIs of its classes, None if no kind has one of these classes."""
    return next((kind for kind in KINDS if kind.of_class in classes), None)


def types(classes: Collection[str]) -> list[str]:
    """Return the IRIs of schema.org's type and of the kind's class for a thing with the given classes.

    Empty if no kind has one of these classes.
    """
    kind = of(classes)
    return [] if kind is None else [f"{terms.SCHEMA}{kind.schema}", kind.of_class]
