"""Charts: rows of views, and of queries of their own beside this file, drawn with a table that says the same."""
