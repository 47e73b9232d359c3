"""Questions in Chinese or plain English, read as a view with its parameters.

published.py    a question to a running server
asking.py       the entry: all of the following, in order
lexicon.py      values, known words and unknown passages of a question
question.py     the question taken apart, by the lexicon and the modules of the next four lines
values.py       typed values, among them figures
named_things.py names of things; english.py (with dictionary.py) finds those that are in English
senses.py       each meaning of a name
asked.py        the noun that is asked for
covering.py     what rows of the answer are, and the view that covers all slots, with its parameters
following.py    a question joined to the one before
record.py       the page of one project, by the clauses of a question
known.py        what is named for sure in a question that is not understood
reading.py      the reading: view, sentences and answer
explanation.py  sentences on how a question was understood
conclusions.py  sentences drawn from the rows
remarks.py      what pages and other views state besides

Terms used here: a question is *folded* to lower case and half-width characters; a *passage* is the part of it between
two positions. *Pieces* are typed values, known words, and unknown passages; names of things in the dataset (the
*graph*) are looked up in the last. A known word has *tags*, among them *meanings* such as `cite` or `money`. An *item*
is a value or name; each of its *senses* is one way to use it, as a value with a *role* such as `year` or `org`. A
*slot* is an item in a parameter of a view, and a *fit* a view that has a slot for every item.
"""

from collections.abc import Mapping

PLAIN: Mapping[str, str] = {"ask": "no"}
"""The parameter of searches whose text is not taken for a question."""
