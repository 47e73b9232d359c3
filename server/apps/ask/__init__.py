"""The page and JSON of /ask: questions in Chinese and plain English, answered by a view with typed values.

The reading of questions is in server/views/questions; `answering` writes a reading with its answer as JSON, and
`routes` answers requests.
"""
