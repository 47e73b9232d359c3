"""Settings of the stages of reading: how sure a reading must be, how far it looks, and how much it tries.

The frozen values were chosen on real filings of many layouts; a change is tried with tests/ingest/test_mutants.py
and raises `READING` in version.py. Lengths of names, labels and the like stand beside the patterns that they belong to.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sureness:
    """Scores by which the best reading must be better than any that contradicts it."""

    form_margin: float = 1.0  # a value of a form whose cells run together
    pair_margin: float = 0.7  # name and target of an indicator that run together
    row_margin: float = 1.0  # a row of cells that stand on lines of their own
    wide_row_margin: float = 2.0  # such a row beside columns of free text


@dataclass(frozen=True)
class Fewest:
    """Counts that must be reached before something is what it looks like."""

    levels_across: int = 2  # levels beside each other, above indicators that stand across
    lower_head_words: int = 2  # words of columns in the lower row of a head
    head_words_in_lines: int = 3  # words of a head that stand on lines of their own
    matrix_heads: int = 2  # heads of years over a matrix of money
    labels_above_values: int = 3  # labels above each other; two are more often a blank label and the next one
    side_cells: int = 4  # cells of two tables side by side
    broken_head_rows: int = 6  # rows above a table whose values are broken over lines
    glued_labels: int = 3  # lines that begin with a label, of a form between blanks
    listed_levels: int = 2  # levels of a list of indicators, of which none is surely one
    told_sections: int = 2  # sections of a narrative that tells indicators
    year_columns: int = 2  # columns of years, or of places
    headings_of_narrative: int = 3  # headings below a line that names a project
    head_words: int = 2  # words that are known, of any head
    sections_of_narrative: int = 3  # sections of a narrative without a title that names its project
    rows_of_blank_form: int = 4  # rows of a form that can count as blank
    rows_of_list: int = 2  # rows of a list without numbers; a form may have its values below its labels
    headings_in_paragraph: int = 3  # headings of a paragraph that need no number, or no mark behind them


@dataclass(frozen=True)
class Reach:
    """Distances, in rows, over which things that belong together are looked for."""

    broken_word: int = 4  # between the parts of a word that a page broke, a repeated head among them
    matrix: int = 8  # between the head of a matrix and its sum
    broken_head: int = 90  # from the name of a project to its table, one cell a line
    headings: int = 60  # from a line that names a project to its headings
    document_title: int = 12  # from the start of a file to the title of the whole document
    narrative_title: int = 3  # from there to such a title above narratives, and no table of contents
    target: int = 5  # between a name and its target on the next page
    register: int = 4  # between the head of a table of many projects and its words
    title: int = 4  # from the title of a form to 项目名称, other labels not counted
    front: int = 30  # from a title to 项目名称, with what is not counted


@dataclass(frozen=True)
class Most:
    """Bounds of what is tried or searched, so that no file takes long."""

    lined_cells: int = 400  # cells on lines of their own that are dealt to rows together
    lined_lost: int = 4  # blank cells that a row on lines of its own may have lost
    lines_columns: int = 16  # columns of a head on lines of their own
    lines_lost: int = 3  # blank cells that each row on lines of its own may have lost
    lines_tried: int = 100_000  # cells, once for each choice of blank columns
    word_parts: int = 6  # lines that a word of the form may be broken over
    side_table_cells: int = 3_000  # cells of a table without rows
    glued_text: int = 20_000  # characters of text that is divided in one go
    words_ahead: int = 60  # words that a value may pass over
    pair_run: int = 600  # characters of names and targets that are divided in one go
    item_text: int = 2_000  # characters of a cell that is divided
    listed_rows: int = 300  # rows of one list of indicators
    columns_beside: int = 16  # columns that may be blank; of more, there are too many ways to have lost some
    columns_left: int = 2  # columns by which a row may stand too far right
    labels_above_values: int = 60  # labels on lines of their own, one below the other
    opening_text: int = 400  # characters of an overview among which its first sentence is looked for
    named_text: int = 20_000  # characters of a narrative that are searched for documents
    rows_above_totals: int = 300_000  # rows above totals that are looked at in one section, all totals together


@dataclass(frozen=True)
class Settings:
    """All settings of reading."""

    sureness: Sureness = field(default_factory=Sureness)
    fewest: Fewest = field(default_factory=Fewest)
    reach: Reach = field(default_factory=Reach)
    most: Most = field(default_factory=Most)


SETTINGS = Settings()
"""The settings by which every file is read."""
