"""Review what a store withholds or doubts: pages on this machine alone, on which a steward confirms or corrects.

app.py        the pages
guard.py      requests refused that the steward's own browser did not send
desk.py       the open passages and questions of sources
questions.py  the questions of a source
passages.py   the passages of a scan
answering.py  a steward's answers as decisions

A *doubt* is a fact that a reading withholds or marks as uncertain. A *question* is a doubt that no decision has settled
yet; it is *confirmable* if the value read may be accepted, and *correctable* if another value may be given. A *passage*
is the text of one cell or paragraph of a scan, which a steward reads and types at once; its *places* are the parts of
it on each page. A *cut* is the part of a page's picture that is shown for some lines.
"""
