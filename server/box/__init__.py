"""The box: any text, a question or a few words, becomes conditions on a table that can be seen and changed.

Values, names and printed labels are recognised (values, names, english, labels) and function words passed over (words).
The rest are words that order the rows (other_words). `question` tells how pieces of a text stand to each other, and
`subject` which table and columns they name. `conditions` are the rows that are meant, and `shapes`, a closed list, say
what is made of them. `reading` puts these together, and joins a text to the one before; `spelling` offers what was
meant by mistyped words. `answering` finds the view or the table that answers, with its sentence, and `published` does
so for a running server.
"""
