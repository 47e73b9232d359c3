"""Render the results of validation: as RDF, as plain data, and as groups and excerpts for pages and terminals."""

from jixiao.shapes.findings.data import as_json
from jixiao.shapes.findings.rdf import bare_ntriples, ntriples, reasons, turtle

__all__ = ["as_json", "bare_ntriples", "ntriples", "reasons", "turtle"]
