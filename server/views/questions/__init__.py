"""Questions in Chinese or plain English, read as a view with its parameters; `asking` is the entry.

A folded question is divided into pieces: typed values, known words, and unknown stretches, in which names of the graph
are found. An item is a value or name with its senses, the ways to take it as a parameter. A fit is a view that can take
all items.
"""
