"""The box: any text, a question or a few words, becomes conditions on a table that can be seen and changed.

Its modules stand for its steps. Values, names and printed labels are recognised (values, names, english, labels), nouns
and operations choose a table and its shape (choosing), and all other words are searched for (topics). `reading` puts
the steps together, and joins a text to the one before. `answering` finds the view or the table that answers, and
`published` does so for a running server; `spelling` suggests what mistyped words may mean.
"""
