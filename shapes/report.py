"""A `Report` goes in; RDF for its graph, lines for a terminal, or plain data for JSON come out.

Apart from `validate` so that how findings look may change without touching how they are found. The RDF is what
docs/shapes.md promises: one sh:ValidationResult a finding, named `#r1` onwards in the report's order.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.shapes.catalogue import Bilingual
from jixiao.shapes.results import Report, Result

_LEVELS = {"Violation": "违例", "Warning": "警告", "Info": "提示"}

_PREFIXES = {prefix: terms.PREFIXES[prefix] for prefix in ("jx", "jxs", "prov", "sh")}


def ntriples(report: Report, graph: str, source: str) -> bytes:
    """Write the results for the report graph with the IRI `graph`, on the document with the IRI `source`.

    No results give no bytes.
    """
    return _serialize(report, graph, source, ox.RdfFormat.N_TRIPLES)


def turtle(report: Report, graph: str, source: str) -> str:
    """Write the same triples as `ntriples`, for people: Turtle with prefixes."""
    lines = _serialize(report, graph, source, ox.RdfFormat.TURTLE).decode().splitlines(keepends=True)
    # pyoxigraph writes prefixes in another order each time.
    return "".join(sorted(lines, key=lambda line: (0, line) if line.startswith("@prefix") else (1, "")))


def reasons(report: Report) -> tuple[str, ...]:
    """Say each result in one line, Chinese first: line, fault, project, sentence, then the English."""
    return tuple(_reason(result) for result in report.results)


def text(report: Report, file_name: str) -> str:
    """Write the report for a terminal: two lines a result (file:line, fault, sentence) and what to do about it."""
    return "\n".join(line for result in report.results for line in _paragraph(result, file_name))


def as_json(report: Report, file_name: str) -> dict[str, Any]:
    """Give the report as plain data, ready for `json.dumps`."""
    return {
        "file": file_name,
        "refused": report.refuses,
        "results": [
            {
                "fault": result.fault.iri,
                "name": _both(result.fault.label),
                "severity": result.fault.level,
                "focusNode": result.focus_node,
                "about": result.about,
                "path": result.path,
                "value": result.value,
                "message": _both(result.message),
                "remedy": _both(result.fault.remedy),
                "lines": list(result.lines),
            }
            for result in report.results
        ],
    }


def _both(sentence: Bilingual) -> dict[str, str]:
    return {"zh": sentence.zh, "en": sentence.en}


def _reason(result: Result) -> str:
    where = f"第 {'、'.join(map(str, result.lines))} 行 " if result.lines else ""
    about = f"「{result.about}」" if result.about else ""
    return f"{where}{result.fault.label.zh}：{about}{result.message.zh} / {result.fault.label.en}: {result.message.en}"


def _paragraph(result: Result, file_name: str) -> Iterator[str]:
    where = f"{file_name}:{','.join(map(str, result.lines))}" if result.lines else file_name
    level = f"{_LEVELS[result.fault.level]} {result.fault.level}"
    yield f"{where}  {level}  {result.fault.label.zh} / {result.fault.label.en} [{result.fault.name}]"
    about_zh, about_en = (f"「{result.about}」：", f"{result.about}: ") if result.about else ("", "")
    yield f"    {about_zh}{result.message.zh}处理：{result.fault.remedy.zh}"
    yield f"    {about_en}{result.message.en} Remedy: {result.fault.remedy.en}"


def _serialize(report: Report, graph: str, source: str, syntax: ox.RdfFormat) -> bytes:
    out = BytesIO()
    ox.serialize(
        _triples(report, graph, source), out, syntax, prefixes=_PREFIXES if syntax == ox.RdfFormat.TURTLE else None
    )
    return out.getvalue()


def _triples(report: Report, graph: str, source: str) -> Iterator[ox.Triple]:
    for number, result in enumerate(report.results, start=1):
        node = ox.NamedNode(f"{graph}#r{number}")
        yield ox.Triple(node, _term(terms.RDF_type), _term(terms.SH_ValidationResult))
        yield ox.Triple(node, _term(terms.SH_focusNode), _node(result.focus_node))
        yield ox.Triple(node, _term(terms.SH_sourceShape), _term(result.fault.iri))
        yield ox.Triple(node, _term(terms.SH_resultSeverity), _term(result.fault.severity))
        yield ox.Triple(node, _term(terms.SH_resultMessage), ox.Literal(result.message.zh, language="zh"))
        yield ox.Triple(node, _term(terms.SH_resultMessage), ox.Literal(result.message.en, language="en"))
        for line in result.lines:
            yield ox.Triple(node, _term(terms.sourceLine), ox.Literal(line))
        yield ox.Triple(node, _term(terms.PROV_wasDerivedFrom), _term(source))


def _term(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name.removeprefix("_:")) if name.startswith("_:") else ox.NamedNode(name)
