"""Help for people.

guides.py     /help: the guides of docs/ in one language, and the glossary
interface.py  /docs: the HTTP interface
"""
