"""Look after a store: bring one of an earlier format up to date, check that all is whole, remove what nobody needs."""
