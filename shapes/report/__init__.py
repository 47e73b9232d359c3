"""Reports: what validation found goes in; RDF, plain data, groups and excerpts for pages and terminals come out."""

from jixiao.shapes.report.data import as_json
from jixiao.shapes.report.rdf import bare_ntriples, ntriples, reasons, turtle

__all__ = ["as_json", "bare_ntriples", "ntriples", "reasons", "turtle"]
