"""Preload what reading processes are forked with, and read a filing: they inherit all that a first reading compiles."""

import gc
from importlib import import_module
from pathlib import Path

import jixiao.ingest.preloaded  # noqa: F401
from jixiao.ontology.identity import DEFAULT_BASE

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-renda-2022.txt"

import_module("jixiao.ingest.document").read_document(EXAMPLE.read_bytes(), EXAMPLE.name, DEFAULT_BASE)
gc.freeze()
