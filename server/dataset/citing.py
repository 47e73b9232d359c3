"""Answer /dataset/cite with the citation of the dataset, a version, a view's answer or one fact.

Its forms are HTML, text, BibTeX and CSL-JSON. The parameter `of` names the cited thing by its address:
`?of=/dataset/000003`, `?of=/views/projects?year=2022`, `?of=/id/project/…#i1`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import RedirectResponse, Response

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.charts.routes import KINDS
from jixiao.server.dataset.citation import Citation, Part
from jixiao.server.editions.credit import Credit
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import requests
from jixiao.server.http.negotiation import BIBTEX, CITATIONS, CSL, HTML, TEXT, choose
from jixiao.server.http.signposting import header
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views.published import views
from jixiao.store.description.publisher import Words

router = APIRouter()

_FORMS: Mapping[str, Callable[[Citation], str]] = MappingProxyType(
    {
        TEXT.name: lambda citation: citation.text,
        BIBTEX.name: lambda citation: citation.bibtex,
        CSL.name: lambda citation: citation.csl,
    }
)
# Pages with parameters that are neither views nor charts.
_PAGES = {"compare": Bilingual("比较", "Compare"), "indicators": Bilingual("指标库", "Indicator library")}


@router.get("/dataset/cite", summary="引用格式 · how to cite")
@router.get("/dataset/cite.{suffix}", include_in_schema=False)
def cite(request: Request, service: ServiceDep) -> Response:
    """Answer with a citation, by suffix, Accept or `?format=`.

    Raises ParameterError, NotInStoreError, NotAcceptableError.
    """
    suffix = requests.suffix(request, "/dataset/cite", CITATIONS)
    given = requests.parameters(request)
    if suffix is None and requests.takes_only_rdf(request, CITATIONS):
        # The dataset's description in RDF holds all data of a citation.
        return RedirectResponse("/dataset", status_code=303, headers={"Vary": "Accept"})
    form = choose(request.headers.get("accept"), suffix or given.pop("format", None), CITATIONS)
    if unknown := sorted(set(given) - {"of", "format"}):
        raise ParameterError(
            f"没有参数 {'、'.join(unknown)}；可用的参数：of、format。",
            f"There is no parameter {', '.join(unknown)}; there are of, format.",
        )
    of = given.get("of", "").strip()
    citation = _citation(service, of)
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **header(citation.credit.links)}
    if form != HTML:
        return Response(_FORMS[form.name](citation), headers=headers)
    page = service.pages.html("cite.html", citation=citation, of=of)
    page.headers.update(headers)
    return page


def _citation(service: Service, of: str) -> Citation:
    """Return the citation for an IRI below the base, or for an address of this site."""
    credit = service.credit(service.generation())
    base = service.store.base_iri
    path = of.removeprefix(base).removeprefix(f"{service.settings.root_path}/").removeprefix("/")
    kind, _, rest = path.partition("/")
    if path.partition("#")[0] in ("", "dataset"):
        return Citation(credit)
    if kind == "dataset":
        return Citation(_version(service, rest))
    if kind == "views":
        return Citation(credit, _view(service, rest))
    if kind == "charts":
        return Citation(credit, _chart(service, rest))
    page, _, asked = path.partition("?")
    if page in _PAGES:
        return Citation(credit, _asked(service, _PAGES[page], page, _given(asked)))
    if kind in ("id", "doc"):
        return Citation(credit, _fact(service, rest))
    raise ParameterError(
        f"参数 of 应为本站的一个地址，例如 /dataset/{credit.version}、/views/projects、/id/…；收到的是“{of}”。",
        f"The parameter of takes an address of this site, such as /dataset/{credit.version}, /views/projects, /id/…;"
        f' it was "{of}".',
    )


def _version(service: Service, name: str) -> Credit:
    record = service.store.version(name)
    if record is None or not record.manifest.generation:
        raise NotInStoreError(f"没有版本 {name}。", f"There is no version {name}.")
    return Credit.of(service.store.publisher(), record.manifest)


def _view(service: Service, rest: str) -> Part:
    """Return a view with the given parameters as a citable part."""
    name, _, asked = rest.partition("?")
    view = views(service).get(name)
    if view is None:
        raise NotInStoreError(f"没有视图 {name}。", f"There is no view {name}.")
    given = _given(asked)
    view.bind(given)
    return _asked(service, Bilingual(view.title_zh, view.title_en), f"views/{name}", given)


def _chart(service: Service, rest: str) -> Part:
    """Return a chart with the given parameters as a citable part."""
    name, _, asked = rest.partition("?")
    if name not in KINDS:
        raise NotInStoreError(f"没有图表 {name}。", f"There is no chart {name}.")
    return _asked(service, KINDS[name].title, f"charts/{name}", _given(asked))


def _given(asked: str) -> dict[str, str]:
    return {key: value for key, value in parse_qsl(asked) if key not in requests.FORM_PARAMETERS}


def _asked(service: Service, title: Bilingual, path: str, given: Mapping[str, str]) -> Part:
    """Return the page at `path` with the parameters `given` as a citable part, named by its title."""
    params = "，".join(f"{key}={value}" for key, value in given.items())
    kept = "&".join(f"{key}={quote(value, safe='/')}" for key, value in given.items())
    address = f"{service.store.base_iri}{path}" + (f"?{kept}" if kept else "")
    return Part(Words(zh=title.zh, en=title.en), address, Words(zh=params, en=params) if params else None)


def _fact(service: Service, rest: str) -> Part:
    """Return the thing at `rest` below `id/` as a citable part, with source file and line if they are known."""
    iri = f"{service.store.base_iri}id/{unquote(rest)}"
    try:
        node, whole = NamedNode(iri), NamedNode(iri.partition("#")[0])
    except ValueError:
        raise _unknown(rest) from None
    text = bind(query("fact"), {"node": sorted({node, whole}, key=str)})
    rows = service.on_current(lambda now: service.rows(now, text))
    said = {(row["_node"]["value"], row["property"]["value"]): row for row in reversed(rows)}

    def value(of: NamedNode, term: str, name: str = "value") -> str:
        """Return the column `name` of the first row about a node and property, "" if there is none."""
        row = said.get((of.value, term), {})
        return str(row[name]["value"]) if name in row else ""

    name, line = value(node, terms.RDFS_label), value(node, terms.sourceLine)
    file = value(whole, terms.PROV_wasDerivedFrom, "file")
    if all(about != node.value for about, _ in said):
        raise _unknown(rest)
    part = f"{value(whole, terms.RDFS_label)} #{urlsplit(iri).fragment}" if node != whole else f"/id/{rest}"
    name = name or value(node, terms.fileName) or part
    place = Words(zh=file, en=file) if file else None
    if file and line:
        place = Words(zh=f"{file} 第 {line} 行", en=f"{file}, line {line}")
    return Part(Words(zh=name, en=name), iri, place)


def _unknown(rest: str) -> NotInStoreError:
    return NotInStoreError(f"数据集中没有 /id/{rest}。", f"The dataset has no /id/{rest}.")
