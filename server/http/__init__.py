"""HTTP in general: modules that use no store, query or page.

clients.py      who asks, and the body that is sent
requests.py     parameters, forms and addresses
negotiation.py  Accept, and the form of a response
language.py     the language of pages
conditional.py  validators and conditional requests
headers.py      headers of every response
signposting.py  Link headers
problems.py     errors as problem+json
compression.py  gzip
"""
