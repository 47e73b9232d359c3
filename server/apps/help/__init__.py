"""Help for people: the guides of docs/ rendered in one language, the glossary, and the HTTP interface."""
