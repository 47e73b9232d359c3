"""Read PDF files with a text layer: the glyphs and rules of each page become paragraphs and tables."""

from jixiao.ingest.readers.pdf.reader import MEDIA_TYPE, NAME, accepts, read

__all__ = ["MEDIA_TYPE", "NAME", "accepts", "read"]
