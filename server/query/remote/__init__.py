"""Service of a SPARQL endpoint elsewhere in place of a store's own graph (`jixiao serve --endpoint`)."""
