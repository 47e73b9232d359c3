"""Check a site against good practice of linked data: one function per habit, which returns the faults of the site.

The habits follow the W3C's Best Practices for Publishing Linked Data and Data on the Web (DWBP), Cool URIs for the
Semantic Web, VoID, DCAT 3, RFC 9110 and FAIR Signposting. To add a habit, add a function with the decorator `habit`.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator

import httpx
import lxml.etree
import lxml.html
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad

from tests.support.linked.site import BROWSER, FORMS, TURTLE, Site, linked, media_type, quads, values

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
SD = "http://www.w3.org/ns/sparql-service-description#"

Habit = Callable[[Site], Iterator[str]]
HABITS: list[Habit] = []


def habit(function: Habit) -> Habit:
    """Add a habit to HABITS."""
    HABITS.append(function)
    return function


def judged(site: Site, habit: Habit) -> list[str]:
    """Return the faults of a site by one habit; an exception during the check counts as a fault."""
    try:
        return list(habit(site))
    except (ValueError, SyntaxError, KeyError, EOFError, OSError, zlib.error, httpx.HTTPError) as error:
        return [f"{type(error).__name__}: {error}"]


def dataset(site: Site) -> list[Quad]:
    """Fetch the description of the dataset, to which /.well-known/void leads."""
    return site.graph(f"{site.url}.well-known/void")


def samples(site: Site) -> list[str]:
    """List the example resources that the description names."""
    found = [q for q in dataset(site) if q.predicate.value == f"{VOID}exampleResource"]
    return sorted({quad.object.value for quad in found if hasattr(quad.object, "value")})


@habit
def names_lead_to_descriptions(site: Site) -> Iterator[str]:
    """Answer names of things with 303 and lead to their descriptions (Cool URIs 4.4)."""
    things = samples(site)
    if not things:
        yield "no void:exampleResource"
    for iri in things:
        answer = site.get(iri, TURTLE)
        if answer.status_code != 303:
            yield f"{iri}: {answer.status_code}, not 303"
        if "accept" not in answer.headers.get("vary", "").lower():
            yield f"{iri}: no Vary: Accept"
        if site.arrive(iri, TURTLE).status_code != 200:
            yield f"{iri}: no description"


@habit
def descriptions_come_in_every_form(site: Site) -> Iterator[str]:
    """Give equal descriptions in HTML, Turtle, N-Triples, JSON-LD, RDF/XML and TriG (DWBP 14, 19)."""
    for iri in samples(site):
        graphs = {}
        for form in FORMS:
            answer = site.arrive(iri, form)
            if media_type(answer) != form:
                yield f"{iri}: {media_type(answer)} for {form}"
                continue
            graphs[form] = _canonical(quads(answer, site.base))
            if "accept" not in answer.headers.get("vary", "").lower():
                yield f"{iri}: no Vary: Accept with {form}"
        if len(set(graphs.values())) > 1:
            yield f"{iri}: the forms say different things"
        if not any(iri == getattr(q.subject, "value", "") for q in site.graph(iri)):
            yield f"{iri}: its description does not speak of it"
        page = site.arrive(iri, BROWSER)
        if media_type(page) != "text/html":
            yield f"{iri}: a browser gets {media_type(page)}"


@habit
def preferences_are_heard(site: Site) -> Iterator[str]:
    """Heed q-values, list the formats in a 406, answer unknown names with 404 in the wanted format (RFC 9110, 12.5)."""
    for iri in samples(site)[:2]:
        if media_type(site.arrive(iri, "text/turtle;q=0.1, application/ld+json")) != "application/ld+json":
            yield f"{iri}: text/turtle;q=0.1 comes before application/ld+json"
        refused = site.arrive(iri, "image/png")
        if refused.status_code != 406 or TURTLE not in refused.text:
            yield f"{iri}: image/png is {refused.status_code}, without a list"
        for accept in (BROWSER, TURTLE, "application/ld+json"):
            missing = site.arrive(f"{iri}-no-such-thing", accept)
            wanted = "text/html" if accept == BROWSER else accept
            if missing.status_code != 404 or media_type(missing) != wanted:
                yield f"unknown name for {accept}: {missing.status_code} {media_type(missing)}"


@habit
def copies_are_kept_fresh(site: Site) -> Iterator[str]:
    """Give descriptions strong ETags and dates, and support conditions, HEAD, gzip and CORS (RFC 9110, 13)."""
    for iri in [*samples(site)[:3], f"{site.base}dataset"]:
        for form in ("text/html", TURTLE):
            answer = site.arrive(iri, form)
            url, tag, date = str(answer.url), answer.headers.get("etag", ""), answer.headers.get("last-modified")
            if not tag.startswith('"') or date is None:
                yield f"{url} {form}: ETag {tag or '-'}, Last-Modified {date or '-'}"
                continue
            if site.get(url, form, If_None_Match=tag).status_code != 304:
                yield f"{url} {form}: If-None-Match is not heard"
            if site.get(url, form, If_Modified_Since=date).status_code != 304:
                yield f"{url} {form}: If-Modified-Since is not heard"
            if site.get(url, form, If_None_Match='"other"', If_Modified_Since=date).status_code != 200:
                yield f"{url} {form}: If-None-Match does not come first"
            if site.get(url, form, If_Match='"other"').status_code != 412:
                yield f"{url} {form}: If-Match is not heard"
            head = site.get(url, form, "HEAD")
            if head.content or head.headers.get("etag") != site.get(url, form).headers.get("etag"):
                yield f"{url} {form}: HEAD is not GET without a body"
            if answer.headers.get("access-control-allow-origin") != "*":
                yield f"{url} {form}: no CORS"
        if site.arrive(iri, "text/html").headers.get("etag") == site.arrive(iri, TURTLE).headers.get("etag"):
            yield f"{iri}: one ETag for two forms"


@habit
def answers_are_signposted(site: Site) -> Iterator[str]:
    """Link to description, type, licence and citation in headers (FAIR Signposting, level 1)."""
    for iri in [*samples(site), f"{site.base}dataset"]:
        page = site.arrive(iri, "text/html")
        found = linked(page)
        rels = {link.rel for link in found}
        if lacking := {"describedby", "type", "license", "cite-as"} - rels:
            yield f"{iri}: no {', '.join(sorted(lacking))}"
        for link in found:
            if link.rel == "describedby":
                described = site.get(link.target, "*/*")
                if described.status_code != 200 or media_type(described) != link.type:
                    yield f"{link.target}: {described.status_code} {media_type(described)}, said to be {link.type}"
        if iri.endswith("/dataset") and "item" not in rels:
            yield f"{iri}: no item"


@habit
def pages_speak_schema_org(site: Site) -> Iterator[str]:
    """Embed schema.org as JSON-LD in pages, and link to their other formats."""
    for iri in [*samples(site), f"{site.base}dataset"]:
        page = lxml.html.document_fromstring(site.arrive(iri, "text/html").content)
        blocks = [json.loads(block.text_content()) for block in page.xpath("//script[@type='application/ld+json']")]
        if not any("schema.org" in json.dumps(block.get("@context", "")) for block in blocks):
            yield f"{iri}: no schema.org"
        if not page.xpath("//link[@rel='alternate'][@type='text/turtle']"):
            yield f"{iri}: no <link rel=alternate>"


@habit
def the_dataset_is_described(site: Site) -> Iterator[str]:
    """State the dataset's title, publisher, licence, coverage, counts, files, versions (DCAT 3, VoID; DWBP 1-8)."""
    graph, it = dataset(site), f"{site.base}dataset"
    wanted = [
        *(DCTERMS + term for term in ("title", "description", "publisher", "license", "rights", "issued", "modified")),
        *(DCTERMS + term for term in ("language", "spatial", "temporal", "accrualPeriodicity", "conformsTo")),
        *(DCAT + term for term in ("keyword", "theme", "contactPoint", "distribution", "version", "landingPage")),
        *(VOID + term for term in ("triples", "entities", "uriSpace", "sparqlEndpoint", "dataDump", "vocabulary")),
        *(VOID + term for term in ("classPartition", "propertyPartition", "exampleResource", "rootResource")),
    ]
    for term in wanted:
        if not values(graph, it, term):
            yield f"no {term}"
    for term in ("title", "description"):
        said = [
            q.object for q in graph if q.predicate.value == DCTERMS + term and getattr(q.subject, "value", "") == it
        ]
        if not {"zh", "en"} <= {getattr(value, "language", "") for value in said}:
            yield f"{term}: not in zh and en"
    if not any(q.object == NamedNode(f"{DCAT}Catalog") for q in graph if q.predicate.value == f"{RDF}type"):
        yield "no dcat:Catalog"


@habit
def counts_are_true(site: Site) -> Iterator[str]:
    """State counts in the description that equal those of the endpoint (VoID 4.6)."""
    graph = dataset(site)
    for partition in {q.subject for q in graph if q.predicate.value == f"{VOID}class"}:
        name = getattr(partition, "value", "")
        [of] = values(graph, name, f"{VOID}class")
        said = values(graph, name, f"{VOID}entities")
        counted = _one(site, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{of}> }}")
        if said != [counted]:
            yield f"{of}: said {said}, counted {counted}"
    [triples] = values(graph, f"{site.base}dataset", f"{VOID}triples") or [""]
    counted = _one(site, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    if triples != counted:
        yield f"triples: said {triples}, counted {counted}"


@habit
def versions_can_be_cited(site: Site) -> Iterator[str]:
    """Give each version an IRI, a date, a checksum and its provenance (DWBP 7, 8, 11; PROV-O)."""
    graph = dataset(site)
    current = values(graph, f"{site.base}dataset", f"{DCAT}hasCurrentVersion")
    if not current:
        yield "no dcat:hasCurrentVersion"
    for iri in current:
        said = site.graph(iri)
        for term in (f"{DCTERMS}isVersionOf", f"{DCTERMS}issued", f"{DCAT}version", f"{PROV}wasGeneratedBy"):
            if not values(said, iri, term):
                yield f"{iri}: no {term}"
        for activity in values(said, iri, f"{PROV}wasGeneratedBy"):
            if not values(said, activity, f"{PROV}used") or not values(said, activity, f"{PROV}wasAssociatedWith"):
                yield f"{activity}: no prov:used or prov:wasAssociatedWith"
        stated = [
            q for q in said if q.predicate.value.endswith("#checksumValue") and q.subject.value.endswith("#checksum")
        ]
        if not stated and not any("lthash-sha256:" in text for text in values(said, iri, f"{RDFS}comment")):
            yield f"{iri}: no checksum"


@habit
def dumps_are_whole(site: Site) -> Iterator[str]:
    """Serve dumps, whole and in parts, with the checksum that the description states (DWBP 17)."""
    graph = dataset(site)
    dumps = values(graph, f"{site.base}dataset", f"{VOID}dataDump")
    if not dumps:
        yield "no void:dataDump"
    for dump in dumps:
        whole = site.arrive(dump)
        content = whole.content
        if whole.status_code != 200 or "content-encoding" in whole.headers:
            yield f"{dump}: {whole.status_code} {whole.headers.get('content-encoding', '')}"
            continue
        gzip.decompress(content)
        part = site.get(str(whole.url), Range="bytes=10-19", If_Range=whole.headers.get("etag", ""))
        if part.status_code != 206 or part.content != content[10:20]:
            yield f"{dump}: a range is {part.status_code}"
        digest = hashlib.sha256(content).hexdigest()
        if not any(digest == getattr(q.object, "value", "") for q in graph):
            yield f"{dump}: its SHA-256 is not said"


@habit
def terms_are_documented(site: Site) -> Iterator[str]:
    """Publish the site's own vocabularies, with a place for each term in their page."""
    for name in ("ontology", "shapes"):
        graph = site.graph(f"{site.base}{name}")
        page = lxml.html.document_fromstring(site.arrive(f"{site.base}{name}", "text/html").content)
        places = set(page.xpath("//@id"))
        for iri in {getattr(q.subject, "value", "") for q in graph}:
            if f"/{name}#" in iri and iri.rpartition("#")[2] not in places and "example" not in iri:
                yield f"{iri} has no place in the page"


@habit
def queries_are_data(site: Site) -> Iterator[str]:
    """Describe the endpoint, and publish example queries as data (SPARQL 1.1 Service Description)."""
    if f"{SD}Service" not in _objects(site.graph(f"{site.base}sparql")):
        yield "no service description"
    graph = site.graph(f"{site.base}views")
    queries = [q.object.value for q in graph if q.predicate.value == "http://www.w3.org/ns/shacl#select"]
    if not queries:
        yield "no sh:select"
    for query in queries:
        answer = site.client.get(site.at(f"{site.base}sparql"), params={"query": query})
        if answer.status_code != 200:
            yield f"{answer.status_code} for {query[:60]!r}"


@habit
def crawlers_are_led(site: Site) -> Iterator[str]:
    """Name a sitemap in robots.txt, and answer each address in it (sitemaps.org)."""
    robots = site.get(f"{site.url}robots.txt").text
    maps = [line.partition(":")[2].strip() for line in robots.splitlines() if line.lower().startswith("sitemap:")]
    if not maps:
        yield "no Sitemap in robots.txt"
    for address in maps:
        answer = site.get(address)
        if answer.status_code != 200:
            yield f"{address}: {answer.status_code}"
            continue
        for location in lxml.etree.fromstring(answer.content).xpath("//*[local-name()='loc']/text()")[:200]:
            if site.arrive(str(location), BROWSER).status_code != 200:
                yield f"{location} in the sitemap does not answer"


def _objects(graph: list[Quad]) -> set[str]:
    return {getattr(quad.object, "value", "") for quad in graph}


def _canonical(graph: list[Quad]) -> frozenset[str]:
    """Canonicalize the triples, without names of graphs, so that isomorphic graphs are equal."""
    merged = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in graph)
    merged.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(map(str, merged))


def _one(site: Site, query: str) -> str:
    """Return the single value that a query gives."""
    accept = {"Accept": "application/sparql-results+json"}
    rows = site.client.get(site.at(f"{site.base}sparql"), params={"query": query}, headers=accept).json()
    [row] = rows["results"]["bindings"]
    [value] = row.values()
    return str(value["value"])
