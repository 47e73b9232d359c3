"""Help for people: the guides of docs/, rendered in one language, and the glossary."""
