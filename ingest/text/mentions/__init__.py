"""Read what the texts of a filing state, once: money, quantities, rates, dates, lists, names, each as one mention.

subject.py  what readers are given, a project of a graph with its texts and fields, and what they return: mentions
prose.py    one text with what all readers share: sentences, clauses, quantities, moments, settings
copies.py   texts that hold another one, and words of headings
reading.py  the readers, one for each kind, and the facts of all mentions of a graph

quantities.py  figures of goals, sections, names and targets, and what each is about
money.py    figures with the units that they are for one of; sums of money, prices and products
lists.py    lists with their number, shares of a whole, and sources of money
times.py    dates, periods and plans, lengths and frequencies
names.py    bodies and projects
documents.py  documents named without a citation, and what rules ask about cited ones
blemishes.py  placeholders, unpaired marks, repetitions, counts that cannot be

A reader is a module that adds one kind of mention: a function from a `Subject` to its mentions, named in `reading.py`.
It combines the quantities and moments of `prose.py`; only words that no other reader needs stand in a TOML file of its
own. Mentions are stated in the graph that is validated, where rules compare them with each other and with the fields of
a form. The store keeps those that findings name.
"""
