"""Settings of the stages of reading: how certain a reading must be, how far a reader looks, and how much it tries.

The values were chosen on real filings of many layouts; test a change with tests/ingest/test_mutants.py and raise
`READING` in version.py. Lengths of names, labels and the like are kept with the patterns that use them.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sureness:
    """Scores by which the best reading must exceed any reading that contradicts it."""

    form_margin: float = 1.0  # a value of a form whose cells run together
    pair_margin: float = 0.7  # a name and a target that run together
    column_margin: float = 1.0  # a column of names and one of targets


@dataclass(frozen=True)
class Fewest:
    """Counts below which something is not recognized as what it looks like."""

    levels_across: int = 2  # levels side by side in a table with indicators in columns
    lower_head_words: int = 2  # words of columns in the lower row of a head
    head_words_in_lines: int = 3  # words of a head that are on lines of their own
    matrix_heads: int = 2  # columns of years in a matrix of money
    labels_above_values: int = 3  # consecutive labels; two are more often a blank label and the next one
    side_cells: int = 4  # cells in a table with two sides
    broken_head_rows: int = 6  # rows above a table with values broken over lines
    glued_labels: int = 3  # lines that begin with a label, in a form with blanks between cells
    listed_levels: int = 2  # levels in a list of indicators if each of them may be a name
    told_sections: int = 2  # sections of a narrative after which no indicators are searched
    year_columns: int = 2  # columns of years, or of places
    headings_of_narrative: int = 3  # headings below a line that names a project
    head_words: int = 2  # known words in any head
    sections_of_narrative: int = 3  # sections of a narrative without a project in its title
    rows_of_blank_form: int = 4  # rows of a form that is an unfilled template
    rows_of_list: int = 2  # rows of a list without serial numbers
    rows_of_unknown_head: int = 2  # rows that fill all columns, below a head in unknown words
    headings_in_paragraph: int = 3  # headings in a paragraph without numbers or marks after them


@dataclass(frozen=True)
class Reach:
    """Distances, in rows, within which related text is searched."""

    broken_word: int = 4  # between the parts of a word broken by a page, which may repeat the head
    matrix: int = 8  # between the head of a matrix and its sum
    broken_head: int = 90  # from the name of a project to its table, with one cell a line
    headings: int = 60  # from a line that names a project to its headings
    document_title: int = 12  # from the start of a file to the title of the whole document
    narrative_title: int = 3  # from the start of a file to a title above narratives
    target: int = 5  # between a name and its target on the next page
    rows_of_unknown_head: int = 60  # below a head in unknown words
    register: int = 4  # from title, year and unit to the head of a register
    title: int = 4  # from the title of a form to 项目名称, without other labels
    front: int = 30  # from a title to 项目名称, with all rows


@dataclass(frozen=True)
class Most:
    """Limits of what is tried or searched, so that no file takes long."""

    lines_columns: int = 16  # columns of a head on lines of their own
    lines_lost: int = 3  # blank cells that every row below such a head may have lost
    lines_tried: int = 100_000  # cells times choices of blank columns
    word_parts: int = 6  # lines over which a word of the form may be broken
    side_table_cells: int = 3_000  # cells of a table that are not divided into rows
    glued_text: int = 20_000  # characters of text that is divided at once
    words_ahead: int = 60  # words of the form that a value may contain
    pair_run: int = 600  # characters of names and targets that are divided at once
    item_text: int = 2_000  # characters of a cell that is divided
    listed_rows: int = 300  # rows of a list of indicators
    columns_beside: int = 16  # columns that may be blank; more give too many combinations
    columns_left: int = 2  # columns by which a row may be too far right
    labels_above_values: int = 60  # consecutive labels on lines of their own
    opening_text: int = 400  # characters at the start of an overview, searched for its first sentence
    named_text: int = 20_000  # characters of a narrative that are searched for documents
    rows_above_totals: int = 300_000  # rows searched above all totals of a section together


@dataclass(frozen=True)
class Settings:
    """All settings of reading: certainty, smallest counts, distances and limits."""

    sureness: Sureness = field(default_factory=Sureness)
    fewest: Fewest = field(default_factory=Fewest)
    reach: Reach = field(default_factory=Reach)
    most: Most = field(default_factory=Most)


SETTINGS = Settings()
"""The settings by which every file is read."""
