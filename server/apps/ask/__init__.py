"""The page and JSON of /ask: questions in Chinese and plain English, answered by a view with typed values.

The reading of questions, and how it is written as JSON, is in server/views/questions; `routes` answers requests.
"""
