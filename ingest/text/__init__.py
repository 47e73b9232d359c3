"""Find what running text says: a module for each kind of thing that is found.

flow.py       the lines of running text as one text, and the lines of each passage
citations.py  cited documents, stated bases, malformed numbers
figures.py    figures of measures; measures.py finds what they count
mentions/     all that the texts of a filing state, read once
sums.py       sums of money, calculations, and totals of tables outside of forms
slips.py      slips of the pen
variants.py   names and clauses printed twice in two ways
altered.py    advertising and masks of copying sites

The *holder* of a text is the goal (by local name) or section (by index) in which the text is printed. A *measure* is an
indicator seen as a quantity; its *thing* is what it counts: the thing of 举办培训次数 is 培训. A *clause* is the text
between two punctuation marks. *Particles* are function words such as 的 and 了. A `Printed` text has the place (line
and column of the file) of each of its parts, an *offset* is the position of a character in a text, from 0.
"""
