"""A SPARQL endpoint elsewhere, served in place of a store's own graph (`jixiao serve --endpoint`)."""
