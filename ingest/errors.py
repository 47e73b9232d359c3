"""What can go wrong with a file that a stranger hands in; a defect of the program is none of these.

IngestError
├── UnreadableError      the bytes are not text of a kind that a reader knows
└── NotAFilingError      readable, but no performance-target form or narrative stands in it
"""


class IngestError(Exception):
    """A file that cannot become a document; carries a message in Chinese and one in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh = zh
        self.en = en


class UnreadableError(IngestError):
    """No reader can turn the bytes into a rendition."""


class NotAFilingError(IngestError):
    """The rendition holds nothing that this project reads."""
