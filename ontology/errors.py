"""What the vocabulary's code refuses.

OntologyError (a ValueError)
├── BaseIriMalformedError   the base of a store is not an absolute http(s) IRI in ASCII
├── NamelessError           a name of which nothing is left once layout and title marks are dropped
└── HashMalformedError      a source is named by the hexadecimal digits of its SHA-256
"""


class OntologyError(ValueError):
    """Any refusal of this package."""


class BaseIriMalformedError(OntologyError):
    """A base IRI under which nothing can be named."""


class NamelessError(OntologyError):
    """A name that is empty once layout and punctuation of titles are taken away."""


class HashMalformedError(OntologyError):
    """A source hash that is not at least sixteen lower-case hexadecimal digits."""
