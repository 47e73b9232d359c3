"""Questions in Chinese and plain English, answered by a view with typed values.

Parts of a question are found one after the other: values (`values`), known words (`lexicon`, `pieces`) and names of the
graph (`names`); `fitting` chooses the view whose header explains them all, and `reading` says how the question was
understood. A word that nothing explains makes the question not understood. Words stand in words.toml and in the headers
of the views (`patterns`).
"""
