"""Every term that the code names, as plain IRIs; the one place that spells them. `terms.Department`, `terms.RDF_type`.

The project's own are called as in `jixiao.ttl` (a test compares the two, both ways); others bear their prefix.
"""

JX = "https://w3id.org/jixiao/ontology#"
VOCAB = "https://w3id.org/jixiao/vocab/"

ADMS = "http://www.w3.org/ns/adms#"
DCAT = "http://www.w3.org/ns/dcat#"
DCATAP = "http://data.europa.eu/r5r/"
DCTERMS = "http://purl.org/dc/terms/"
ELI = "http://data.europa.eu/eli/ontology#"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"

FORMATS = "http://www.w3.org/ns/formats/"
EU_AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LICENCE_TYPES = "http://purl.org/adms/licencetype/"

PREFIXES: dict[str, str] = {
    "jx": JX,
    "jxi": VOCAB + "indicator-type/",
    "jxc": VOCAB + "project-category/",
    "jxn": VOCAB + "project-nature/",
    "jxs": "https://w3id.org/jixiao/shapes#",
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "eli": ELI,
    "foaf": FOAF,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "void": VOID,
    "xsd": XSD,
}

# Classes
Department = JX + "Department"
Filing = JX + "Filing"
Project = JX + "Project"
ProjectSeries = JX + "ProjectSeries"
LegalBasis = JX + "LegalBasis"
Citation = JX + "Citation"
StatedBasis = JX + "StatedBasis"
Goal = JX + "Goal"
OverallGoal = JX + "OverallGoal"
AnnualGoal = JX + "AnnualGoal"
Indicator = JX + "Indicator"
NarrativeSection = JX + "NarrativeSection"
CostItem = JX + "CostItem"
CostSubtotal = JX + "CostSubtotal"
Calculation = JX + "Calculation"
StatedFigure = JX + "StatedFigure"
Inference = JX + "Inference"
SourceDocument = JX + "SourceDocument"
Operator = JX + "Operator"

# Filing and project
fiscalYear = JX + "fiscalYear"
year = JX + "year"
partOfFiling = JX + "partOfFiling"
ordinal = JX + "ordinal"
filedBy = JX + "filedBy"
competentDepartment = JX + "competentDepartment"
implementingUnit = JX + "implementingUnit"
scopeOf = JX + "scopeOf"
category = JX + "category"
printedCategory = JX + "printedCategory"
nature = JX + "nature"
printedNature = JX + "printedNature"
startDate = JX + "startDate"
endDate = JX + "endDate"
declaredProjectCount = JX + "declaredProjectCount"
declaredTotal = JX + "declaredTotal"
declaredRoundedTo = JX + "declaredRoundedTo"
goalPeriod = JX + "goalPeriod"
leftBlank = JX + "leftBlank"
printedOrdinal = JX + "printedOrdinal"

# Amounts, in yuan
totalAmount = JX + "totalAmount"
annualRequest = JX + "annualRequest"
fiscalFunds = JX + "fiscalFunds"
currentYearAppropriation = JX + "currentYearAppropriation"
carriedOver = JX + "carriedOver"
otherFunds = JX + "otherFunds"
annualOtherFunds = JX + "annualOtherFunds"
narrativeAmount = JX + "narrativeAmount"
roundedTo = JX + "roundedTo"
narrativeRoundedTo = JX + "narrativeRoundedTo"
narrativeStart = JX + "narrativeStart"
narrativeEnd = JX + "narrativeEnd"
narrativeImplementer = JX + "narrativeImplementer"

# Parts of a project
hasGoal = JX + "hasGoal"
hasIndicator = JX + "hasIndicator"
hasCitation = JX + "hasCitation"
hasStatedBasis = JX + "hasStatedBasis"
hasSection = JX + "hasSection"
hasCostItem = JX + "hasCostItem"
hasCostSubtotal = JX + "hasCostSubtotal"
hasCalculation = JX + "hasCalculation"
hasFigure = JX + "hasFigure"
hasInference = JX + "hasInference"
inferredProperty = JX + "inferredProperty"
text = JX + "text"
statedIn = JX + "statedIn"

# Legal bases and their citations
cites = JX + "cites"
citedBasis = JX + "citedBasis"
printedTitle = JX + "printedTitle"
printedNumber = JX + "printedNumber"
malformedNumber = JX + "malformedNumber"
inSection = JX + "inSection"
documentNumber = JX + "documentNumber"
issuerCode = JX + "issuerCode"
numberYear = JX + "numberYear"
serialNumber = JX + "serialNumber"
possiblySame = JX + "possiblySame"

# Indicators and their targets
indicatorType = JX + "indicatorType"
printedLevel1 = JX + "printedLevel1"
printedLevel2 = JX + "printedLevel2"
targetText = JX + "targetText"
targetOperator = JX + "targetOperator"
targetValue = JX + "targetValue"
targetUpper = JX + "targetUpper"
targetUnit = JX + "targetUnit"
targetQualifier = JX + "targetQualifier"

# Cost items
itemQuantity = JX + "itemQuantity"
itemUnitPrice = JX + "itemUnitPrice"
itemAmount = JX + "itemAmount"
itemTimes = JX + "itemTimes"
itemGroup = JX + "itemGroup"
sumsItem = JX + "sumsItem"
computedValue = JX + "computedValue"
printedResult = JX + "printedResult"

# Sources and validation
sourceLine = JX + "sourceLine"
sourcePage = JX + "sourcePage"
fileName = JX + "fileName"
sha256 = JX + "sha256"
breaksOffAt = JX + "breaksOffAt"
involves = JX + "involves"
remedy = JX + "remedy"

# Operators
eq = JX + "eq"
ge = JX + "ge"
le = JX + "le"
gt = JX + "gt"
lt = JX + "lt"
approx = JX + "approx"
between = JX + "between"

# Terms of others
RDF_type = RDF + "type"
RDFS_label = RDFS + "label"
RDFS_comment = RDFS + "comment"
SKOS_altLabel = SKOS + "altLabel"
SKOS_prefLabel = SKOS + "prefLabel"
SKOS_definition = SKOS + "definition"
SKOS_broader = SKOS + "broader"
SKOS_Concept = SKOS + "Concept"
DCTERMS_title = DCTERMS + "title"
DCTERMS_format = DCTERMS + "format"
DCTERMS_extent = DCTERMS + "extent"
DCTERMS_isVersionOf = DCTERMS + "isVersionOf"
DCTERMS_source = DCTERMS + "source"
DCTERMS_description = DCTERMS + "description"
PROV_wasDerivedFrom = PROV + "wasDerivedFrom"
PROV_wasRevisionOf = PROV + "wasRevisionOf"
PROV_generatedAtTime = PROV + "generatedAtTime"
PROV_invalidatedAtTime = PROV + "invalidatedAtTime"
SH_ValidationReport = SH + "ValidationReport"
SH_ValidationResult = SH + "ValidationResult"
SH_conforms = SH + "conforms"
SH_result = SH + "result"
SH_resultPath = SH + "resultPath"
SH_focusNode = SH + "focusNode"
SH_sourceConstraintComponent = SH + "sourceConstraintComponent"
SH_sourceShape = SH + "sourceShape"
SH_resultSeverity = SH + "resultSeverity"
SH_severity = SH + "severity"
SH_message = SH + "message"
SH_resultMessage = SH + "resultMessage"
SH_Violation = SH + "Violation"
SH_Warning = SH + "Warning"
SH_Info = SH + "Info"
XSD_string = XSD + "string"
XSD_integer = XSD + "integer"
XSD_decimal = XSD + "decimal"
XSD_gYear = XSD + "gYear"
XSD_date = XSD + "date"
XSD_dateTime = XSD + "dateTime"
XSD_boolean = XSD + "boolean"

# A steward's decisions
Decision = JX + "Decision"
Identification = JX + "Identification"
Renaming = JX + "Renaming"
Correction = JX + "Correction"
Acceptance = JX + "Acceptance"
decidedBy = JX + "decidedBy"
keeps = JX + "keeps"
merges = JX + "merges"
formerBody = JX + "formerBody"
laterBody = JX + "laterBody"
effectiveFrom = JX + "effectiveFrom"
concerns = JX + "concerns"
correctedProperty = JX + "correctedProperty"
printedValue = JX + "printedValue"
correctedValue = JX + "correctedValue"
acceptedFault = JX + "acceptedFault"
acceptedBy = JX + "acceptedBy"
DCTERMS_date = DCTERMS + "date"
DCTERMS_isReplacedBy = DCTERMS + "isReplacedBy"
OWL_sameAs = OWL + "sameAs"
OWL_DatatypeProperty = OWL + "DatatypeProperty"
RDFS_range = RDFS + "range"
