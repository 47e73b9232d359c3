"""Writers of triples for responses.

graph_response.py  a page or RDF
json_forms.py      JSON-LD, and plain JSON of a thing
rdf_xml.py         checks of XML that Oxigraph writes
"""
