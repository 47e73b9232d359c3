"""Answer /dataset/cite with the citation of the dataset, a version or a view's answer.

Its forms are HTML, plain text, BibTeX and CSL-JSON 1.0.2. Plain text is in Chinese (after GB/T 7714-2015, section 8.9:
electronic resources) and in English. The parameter `of` names what is cited by its address: `?of=/dataset/000003`,
`?of=/views/projects?year=2022`. A single fact has no citation besides its IRI, to which the answer leads.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts import charts
from jixiao.server.editions import lookups
from jixiao.server.editions.metadata import Credit
from jixiao.server.errors import ParameterError
from jixiao.server.http import clients, language, requests, signposting
from jixiao.server.http.negotiation import BIBTEX, CITATIONS, CSL, HTML, TEXT, choose
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import chips
from jixiao.server.views.published import named_view
from jixiao.server.views.routes import table_view
from jixiao.server.views.table_address import SHAPING
from jixiao.shapes import catalogue
from jixiao.store.description.publisher import Words

router = APIRouter()

# Pages with parameters that are neither views nor charts.
_PAGES = {
    "compare": Bilingual("比较", "Compare"),
    "quality/findings": Bilingual("发现", "Findings"),
}
_TEX = str.maketrans(
    {**{special: f"\\{special}" for special in "&%$#_"}, "{": "(", "}": ")", **dict.fromkeys("\\~^", " ")}
)
"""Replacements of the characters that are special in TeX."""


_TEXTS = (
    (
        "{by.zh}{credit.title.zh}[DB/OL]. 版本 {credit.version}. ({day}). {credit.iri}.{digest}",
        "{by.en}({day}). {credit.title.en} (version {credit.version}) [Data set]. {credit.iri}{digest}",
    ),
    (
        "{by.zh}{name.zh}//{credit.title.zh}[DB/OL]. 版本 {credit.version}. ({day}): {credit.iri}. {iri}.{digest}",
        "{by.en}({day}). “{name.en}”. In {credit.title.en} (version {credit.version}) [Data set],"
        " {credit.iri}. {iri}{digest}",
    ),
    (
        "{by.zh}{name.zh}（{place.zh}）//{credit.title.zh}[DB/OL]. 版本 {credit.version}."
        " ({day}): {credit.iri}. {iri}.{digest}",
        "{by.en}({day}). “{name.en}” ({place.en}). In {credit.title.en}"
        " (version {credit.version}) [Data set], {credit.iri}. {iri}{digest}",
    ),
)
"""Texts of a citation in Chinese and in English: of a version, of a view, and of a view with parameters."""


@dataclass(frozen=True)
class Citation:
    """A citation of a version of the dataset or, with a `name`, of a view's answer.

    `iri` is the address of what is cited. `place` names the view's parameters, if it has any.
    """

    credit: Credit
    iri: str
    name: Bilingual | None = None
    place: Bilingual | None = None

    @property
    def text(self) -> Bilingual:
        """The citation in Chinese and in English, each on one line."""
        given = {
            "credit": self.credit,
            "iri": self.iri,
            "name": self.name,
            "place": self.place,
            "day": self.credit.made.date().isoformat(),
            "digest": f" ({self.credit.checksum})" if self.credit.checksum else "",
            "by": Bilingual(f"{by.zh}. ", f"{by.en} ") if (by := self.credit.publisher) else Bilingual("", ""),
        }
        zh, en = _TEXTS[len([each for each in (self.name, self.place) if each is not None])]
        return Bilingual(zh.format(**given), en.format(**given))

    @property
    def bibtex(self) -> str:
        """The citation as a BibTeX entry of type @misc, since only BibLaTeX has the type @dataset."""
        credit = self.credit
        notes = (
            _said(Bilingual(f"版本 {credit.version}", f"version {credit.version}")),
            credit.checksum,
            credit.iri if self.name else "",
            _said(self.place) if self.place else "",
        )
        fields = {
            "author": credit.publisher and "{" + _said(credit.publisher).translate(_TEX) + "}",
            "title": (
                (_said(self.name) + _said(Bilingual("，", ", ")) if self.name else "") + _said(credit.title)
            ).translate(_TEX),
            "year": str(credit.made.year),
            "month": str(credit.made.month),
            "url": self.iri,
            "note": ", ".join(filter(None, notes)).translate(_TEX),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        return f"@misc{{jixiao-{credit.version},\n{lines}}}\n"

    @property
    def csl(self) -> str:
        """The citation as CSL-JSON, the format that reference managers import."""
        credit, made = self.credit, self.credit.made
        item = {
            "id": f"jixiao-{credit.version}",
            "type": "dataset",
            "title": _said(self.name or credit.title),
            "container-title": self.name and _said(credit.title),
            "author": credit.publisher and [{"literal": _said(credit.publisher)}],
            "publisher": credit.publisher and _said(credit.publisher),
            "issued": {"date-parts": [[made.year, made.month, made.day]]},
            "version": credit.version,
            "URL": self.iri,
            "locator": self.place and _said(self.place),
            "note": "; ".join(filter(None, (credit.iri, credit.checksum))),
            "language": language.TAGS[language.wish().given or "zh"],
        }
        said = {name: value for name, value in item.items() if value is not None}
        members = ",\n  ".join(f'"{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in said.items())
        return f"[\n {{\n  {members}\n }}\n]\n"


@router.get("/dataset/cite", summary="引用格式 · how to cite")
@router.get("/dataset/cite.{suffix}", include_in_schema=False)
def cite(request: Request, service: ServiceDep) -> Response:
    """Answer with a citation, by suffix, Accept or `?format=`.

    Raises ParameterError, NotInStoreError, NotAcceptableError.
    """
    suffix = requests.suffix(request, "/dataset/cite", CITATIONS)
    given = requests.parameters(request)
    cited = given.get("of", "").strip()
    if (fact := _fact_path(service, cited)) is not None:
        return Response(status_code=303, headers={"Location": f"{service.settings.root_path}/{quote(fact, safe='/#')}"})
    form = choose(request.headers.get("accept"), suffix or given.pop("format", None), CITATIONS)
    requests.refuse_unknown(given, ("of", "format"))
    citation = _citation(service, cited)
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **signposting.header(citation.credit.links)}
    if form != HTML:
        written = {TEXT: f"{citation.text.zh}\n{citation.text.en}\n", BIBTEX: citation.bibtex, CSL: citation.csl}
        return Response(language.located(written[form]), headers=headers)
    return service.pages.html("cite.html", headers=headers, citation=citation, cited=cited)


def _path(service: Service, address: str) -> str:
    """Return the path of an address of this site, which may begin with its base IRI or with the address it has here."""
    base = service.store.base_iri
    return (
        address.removeprefix(base)
        .removeprefix(f"{language.wish().site(base)}/")
        .removeprefix(f"{service.settings.root_path}/")
        .removeprefix("/")
    )


def _fact_path(service: Service, address: str) -> str | None:
    """Return the path of the thing that an address of this site names, without parameters; None for any other."""
    path = _path(service, address)
    if path.partition("/")[0] not in ("id", "doc"):
        return None
    return unquote(re.split(r"[?&\s]", path, maxsplit=1)[0])


def _citation(service: Service, cited: str) -> Citation:
    """Return the citation for an address of this site, or for an IRI below the base.

    An address may be that of a version of the dataset, a view, a table, a chart, a rule or one of `_PAGES`. Raises
    NotInStoreError, and ParameterError for an address that cannot be cited.
    """
    credit = service.credit(service.generation())
    site, path = language.wish().own(service.store.base_iri), _path(service, cited)
    kind, _, rest = path.partition("/")
    page, _, asked = path.partition("?")
    name = page.partition("/")[2]
    given = {
        key: typed
        for key, typed in requests.single(clients.decoded(asked.encode())).items()
        if key not in (*requests.FORM_PARAMETERS, "version")
    }
    if path.partition("#")[0] in ("", "dataset"):
        return Citation(credit, credit.iri)
    if kind == "dataset":
        credit = Credit.of(service.store.publisher(), lookups.version(service.store, rest).manifest)
        return Citation(credit, credit.iri)
    if kind in ("views", "tables"):
        view = named_view(service, name) if kind == "views" else table_view(service, name, given)
        view.bind({key: typed for key, typed in given.items() if key not in SHAPING})  # refuses unknown parameters
        title = view.title
    elif kind == "charts":
        view = charts.named(service.store.base_iri, name).view
        title = view.title
    elif page in _PAGES:
        title, view = _PAGES[page], None
    elif kind == "quality" and (
        rule := catalogue.known(iri := f"{catalogue.SHAPES}{name}") or catalogue.retired().get(iri)
    ):
        title, view = rule.label, None
    else:
        raise ParameterError(
            f"参数 of 应为本站的一个地址，例如 /dataset/{credit.version}、/views/projects；收到的是“{cited}”。",
            f"The parameter of takes an address of this site, such as /dataset/{credit.version}, /views/projects;"
            f' it was "{cited}".',
        )
    said = None if view is None else chips.listed(service, view, given)
    kept = "&".join(
        f"{key}={quote(value, safe='/')}"
        for key, typed in (
            given | ({"version": credit.version} if kind in ("views", "tables", "quality") else {})
        ).items()
        for value in requests.several(typed)
    )
    return Citation(credit, f"{site}/{page}" + (f"?{kept}" if kept else ""), title, said)


def _said(words: Bilingual | Words) -> str:
    """Return words in English if the request's address asks for English, otherwise in Chinese.

    The client's headers do not count, since files vary by address alone.
    """
    return words.en if language.wish().given == "en" else words.zh
