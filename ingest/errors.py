"""Errors of files from outside; a defect of the program is none of these.

IngestError
├── UnreadableError      no reader knows a text format of these bytes
└── NotAFilingError      readable, but without a performance-target form or narrative
"""


class IngestError(Exception):
    """A file that cannot become a document; `zh` and `en` are its message in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh = zh
        self.en = en


class UnreadableError(IngestError):
    """A file of which no reader can make a rendition."""


class NotAFilingError(IngestError):
    """A rendition without anything that this project reads."""
