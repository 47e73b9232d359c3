"""Turn filings into the next generation of a store.

A file passes the modules and folders in this order:

load.py          the whole way: reads files in workers, and commits what is valid with a report on each file
originals.py     the files to read, out of folders, zips and web archives (crawls/), with their addresses (origins.py)
workers.py       processes with limits, which read the files; preloaded.py is what they import before they fork
document.py      the way of one file, or of a document attached to it, from its bytes to a deposit or a refusal
readers/         a module per format, made of the parts in formats/, turns bytes into a rendition
scan/            recognises the text of pictures; recognition/ has its result, transcribing.py a steward's corrections
choosing.py      the better of two divisions of a form into cells
extract.py       the content of a rendition: repaired cells/, their roles/, and the structure/ of the filing
text/, values/   what running text says, and what a printed value means
resolve.py       which projects are meant, and their IRIs
emitting/        the facts about them
certainty/       uncertain facts of pictures and broken bytes, doubted or withheld
judging.py       the rules run on these facts, and what they object to withheld until no violation is left; what
                 else was read of a project that is left out
ledger.py        the use of each line, and the account of the document; hidden.py names what unread lines may hold
writing.py       the store opened for writing, with the rules that need the whole store

rendition.py, model.py, facts.py and result.py are the types of what one stage hands to the next: a *rendition* is a
file as numbered lines and rows of cells; an *extraction* is the content found in it; a *fact* is a triple with its
place; a *deposit* is everything that the store keeps of one file. Beside the way stand errors.py, version.py (of the
rules of reading) and drawing.py (a file's cells with their roles, for people). Files and addresses of a store belong in
`store`, and faults of a filing in `shapes`, as rules.
"""
