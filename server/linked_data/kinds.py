"""Define the kinds of things, each with a list at /doc/{kind}: class, labels, and the view that shows more."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from jixiao.ontology import terms
from jixiao.ontology.identity import COLLECTIONS
from jixiao.ontology.text.bilingual import Bilingual


@dataclass(frozen=True)
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
    view: tuple[str, str] | None = None
    listed: str | None = None

    def more(self, node: str, base: str) -> str | None:
        """Return the address of the view that shows more of a thing, or None if the kind has no such view."""
        return self.view and f"/views/{self.view[0]}?{urlencode({self.view[1]: f'/{node.removeprefix(base)}'})}"


KINDS = (
    Kind("org", COLLECTIONS["org"], Bilingual("机构", "Body"), Bilingual("机构", "Bodies"),
         "GovernmentOrganization", ("department", "department")),
    Kind("place", COLLECTIONS["place"], Bilingual("地方", "Place"), Bilingual("地方", "Places"), "AdministrativeArea",
         ("projects", "region")),
    Kind("filing", COLLECTIONS["filing"], Bilingual("申报", "Filing"), Bilingual("申报", "Filings"), "Report"),
    Kind("project", COLLECTIONS["project"], Bilingual("项目", "Project"), Bilingual("项目", "Projects"), "Project",
         ("project", "project"), "projects"),
    Kind("evaluation", COLLECTIONS["evaluation"], Bilingual("自评", "Self-evaluation"),
         Bilingual("自评", "Self-evaluations"), "Report", ("results", "evaluation"), "evaluations"),
    Kind("series", COLLECTIONS["series"], Bilingual("历年项目", "Project over the years"),
         Bilingual("历年项目", "Projects over the years"), "Project"),
    Kind("basis", COLLECTIONS["basis"], Bilingual("依据文件", "Legal basis"), Bilingual("依据文件", "Legal bases"),
         "Legislation", listed="legal-bases"),
    Kind("source", COLLECTIONS["source"], Bilingual("来源文件", "Source"), Bilingual("来源文件", "Sources"),
         "DigitalDocument"),
)  # fmt: skip
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
