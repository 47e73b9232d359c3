"""Answer /dataset/cite with the citation of the dataset, a version, a view's answer or one fact.

Its forms are HTML, plain text, BibTeX and CSL-JSON 1.0.2. Plain text is in Chinese (after GB/T 7714-2015, section 8.9:
electronic resources) and in English. The parameter `of` names the cited thing by its address: `?of=/dataset/000003`,
`?of=/views/projects?year=2022`, `?of=/id/project/…#i1`; `property` then names one value of a thing
(`?of=/id/project/…&property=annualRequest`, or `property` after a question mark within `of`), which is cited with its
own line. A line is named as on the pages of this site: with its page, or by its cell in a spreadsheet.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from starlette.responses import Response

from jixiao.ontology import properties, terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.money import money
from jixiao.server.apps.charts import charts
from jixiao.server.editions import lookups
from jixiao.server.editions.metadata import Credit
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import clients, language, requests, signposting
from jixiao.server.http.negotiation import BIBTEX, CITATIONS, CSL, HTML, TEXT, choose
from jixiao.server.query.binding import bind, origins, query
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import chips
from jixiao.server.views.evidence import line as line_of
from jixiao.server.views.published import ledger_lines, named_view
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
"""Texts of a citation in Chinese and in English: of a version, of a part, and of a part whose place is known."""


@dataclass(frozen=True)
class Citation:
    """A citation of a version of the dataset or, with a `name`, of a part of it: a view's answer or one fact.

    `iri` is the address of what is cited. `place` names a view's parameters, or the source file and line of a fact; it
    is None if these are unknown.
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
    form = choose(request.headers.get("accept"), suffix or given.pop("format", None), CITATIONS)
    requests.refuse_unknown(given, ("of", "property", "format"))
    of, *within = re.split(r"[?&\s]+property=", given.get("of", "").strip(), maxsplit=1)
    named = given.get("property", "").strip() or "".join(within)
    citation = _citation(service, of, named)
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **signposting.header(citation.credit.links)}
    if form != HTML:
        written = {TEXT: f"{citation.text.zh}\n{citation.text.en}\n", BIBTEX: citation.bibtex, CSL: citation.csl}
        return Response(language.located(written[form]), headers=headers)
    return service.pages.html("cite.html", headers=headers, citation=citation, of=of, named=named)


def _citation(service: Service, of: str, named: str) -> Citation:
    """Return the citation for the parameter `of`: an IRI below the base, or an address of this site.

    An address may be that of a version of the dataset, a thing, a view, a table, a chart, a rule or one of `_PAGES`.
    `named` is the local name of a property of the thing `of`, "" for the thing itself. Raises NotInStoreError, and
    ParameterError for an address that cannot be cited.
    """
    credit = service.credit(service.generation())
    base = service.store.base_iri
    called, site = language.wish().site(base), language.wish().own(base)
    path = (
        of.removeprefix(base)
        .removeprefix(f"{called}/")
        .removeprefix(f"{service.settings.root_path}/")
        .removeprefix("/")
    )
    kind, _, rest = path.partition("/")
    page, _, asked = path.partition("?")
    name = page.partition("/")[2]
    given = {
        key: typed
        for key, typed in requests.single(clients.decoded(asked.encode())).items()
        if key not in (*requests.FORM_PARAMETERS, "version")
    }
    if named and kind not in ("id", "doc"):
        raise ParameterError("只有事物才有 property。", "Only the address of a thing can name a property to cite.")
    if path.partition("#")[0] in ("", "dataset"):
        return Citation(credit, credit.iri)
    if kind == "dataset":
        credit = Credit.of(service.store.publisher(), lookups.version(service.store, rest).manifest)
        return Citation(credit, credit.iri)
    if kind in ("id", "doc"):
        return Citation(credit, *_fact(service, rest.partition("?")[0], named))
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
            f"参数 of 应为本站的一个地址，例如 /dataset/{credit.version}、/views/projects、/id/…；收到的是“{of}”。",
            f"The parameter of takes an address of this site, such as /dataset/{credit.version}, /views/projects,"
            f' /id/…; it was "{of}".',
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


def _fact(service: Service, rest: str, named: str) -> tuple[str, Bilingual, Bilingual | None]:
    """Return IRI and name of the thing at `rest` below `id/`, and its source file and line if they are known.

    With the local name of a property (`named`), the name also has the property's label and, if the property has one
    value, the value; the line is that from which the value was read. Raises NotInStoreError.
    """
    iri = f"{service.store.base_iri}id/{unquote(rest)}"
    try:
        node, whole = NamedNode(iri), NamedNode(iri.partition("#")[0])
    except ValueError:
        raise _unknown(rest) from None
    text = bind(query("fact"), {"node": sorted({node, whole}, key=str)})
    rows = service.on_current(lambda now: service.rows(now, text))
    said = {(row["_node"]["value"], row["property"]["value"]): row for row in reversed(rows)}

    def value(of: NamedNode, term: str, name: str = "value") -> str:
        """Return the text in column `name` of the first row about a node and a property; empty if there is none."""
        row = said.get((of.value, term), {})
        return str(row[name]["value"]) if name in row else ""

    name, line = value(node, terms.RDFS_label), value(node, terms.sourceLine)
    file = value(whole, terms.PROV_wasDerivedFrom, "file")
    if all(about != node.value for about, _ in said):
        raise _unknown(rest)
    name = (
        name
        or value(node, terms.fileName)
        or (f"/id/{rest}" if node == whole else f"{value(whole, terms.RDFS_label)} #{urlsplit(iri).fragment}")
    )
    source = value(whole, terms.PROV_wasDerivedFrom) or whole.value
    body, year = value(whole, terms.JX + "department", "name"), value(whole, terms.JX + "year")
    zh = "，".join(filter(None, (body, f"{year} 年度" if year else "")))
    en = ", ".join(filter(None, (body, year)))
    title = Bilingual(f"{name}（{zh}）", f"{name} ({en})") if zh else Bilingual(name, name)
    if named:
        label, line = _read_value(service, node, source, named)
        if named == "amount" and (kind := reference().get(value(node, terms.amountPhase))):
            label = Bilingual(f"{label.zh}（{kind.label.zh}）", f"{label.en} ({kind.label.en})")
        of = [row for row in rows if (row["_node"]["value"], row["property"]["value"]) == (iri, terms.JX + named)]
        stated = Bilingual("", "")
        if len(of) == 1:
            text = str(of[0].get("name", of[0]["value"])["value"])
            is_money = terms.JX + named in properties.amounts()
            stated = money(Decimal(text), in_yuan=True) if is_money else Bilingual(text, text)
            stated = Bilingual(f" = {stated.zh}", f" = {stated.en}")
        title = Bilingual(f"{title.zh}：{label.zh}{stated.zh}", f"{title.en}: {label.en}{stated.en}")
    addresses = service.on_current(lambda now: origins(partial(service.run, now), [source]))
    at = _at(service, source, int(line)) if file and line else None
    return iri, title, _place(file, at, [each["address"] for each in addresses.get(source, ())])


def _read_value(service: Service, node: NamedNode, source: str, named: str) -> tuple[Bilingual, str]:
    """Return the label of a property of `node`, and the number (as text) of the line with its value in `source`.

    `named` is the property's local name. Raises NotInStoreError for an unknown property, and for one that was read from
    no line.
    """
    term = reference().get(terms.JX + named)
    read = None if term is None else line_of(ledger_lines(service).of(source), node.value, term.iri)
    if term is None or read is None:
        raise NotInStoreError(
            f"没有从原文读出 {named} 的一个值。", f"No single value of {named} was read from the source."
        )
    return term.label, str(read)


def _at(service: Service, source: str, line: int) -> Bilingual:
    """Return a line of a source as a reader of the file finds it: by its page or its cell, if the file has these."""
    if cell := service.lines.cells(source).get(line):
        return Bilingual(f"单元格 {cell}", f"cell {cell}")
    page = service.lines.page(source, line)
    return Bilingual(
        (f"第 {page} 页 · " if page else "") + f"第 {line} 行", (f"page {page} · " if page else "") + f"line {line}"
    )


def _place(file: str, at: Bilingual | None, addresses: Sequence[str]) -> Bilingual | None:
    """Return the file name, the place in it (`at`, if known) and the addresses as one text in each language.

    None if the file has no name and there are no addresses.
    """
    within = Bilingual(f"{file} {at.zh}", f"{file}, {at.en}") if at else Bilingual(file, file)
    zh, en = ([each for each in (text, *addresses) if each] for text in (within.zh, within.en))
    return Bilingual("，".join(zh), ", ".join(en)) if zh else None


def _said(words: Bilingual | Words) -> str:
    """Return words in English if the request's address asks for English, otherwise in Chinese.

    The client's headers do not count, since files vary by address alone.
    """
    return words.en if language.wish().given == "en" else words.zh


def _unknown(rest: str) -> NotInStoreError:
    return NotInStoreError(f"数据集中没有 /id/{rest}。", f"The dataset has no /id/{rest}.")
