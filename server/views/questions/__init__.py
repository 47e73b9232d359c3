"""Questions in Chinese or plain English, read as a view with its parameters; `asking` is the entry.

Terms used here: a question is *folded* to lower case and half-width characters; a *stretch* is the part of it between
two positions. *Pieces* are typed values, known words, and unknown stretches; names of things in the dataset (the
*graph*) are looked up in the last. A known word has *tags*, among them *meanings* such as `cite` or `money`. An *item*
is a value or name; each of its *senses* is one way to use it, as a value with a *role* such as `year` or `org`. A *fit*
is a view that has a parameter for every item.
"""

from collections.abc import Mapping

PLAIN: Mapping[str, str] = {"ask": "no"}
"""The parameter of searches whose text is not taken for a question."""
