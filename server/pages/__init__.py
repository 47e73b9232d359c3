"""Data that several pages show; the pages themselves are in the folders above.

findings.py      findings of the rules, and corrections
rules.py         names and Turtle of a rule
completeness.py  how completely a project or filing was read

A *finding* is one result of a rule. A property is *withheld* if its printed value could not be read.
"""
