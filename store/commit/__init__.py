"""A commit: apply the changes that a batch collected to the graph, and build the next generation.

batch.py        one writer's changes, collected and committed
waiting.py      the readings of an ingestion that was not committed
upcoming.py     deposits until the commit, and the named graphs that change
replacement.py  sources that a new one replaces
merge.py        named graphs and the default graph
joining.py      evaluations joined to projects, and results to indicators
derive.py       what is derived from the merged facts
concerned.py    the units whose rows in tables and index a change concerns
building.py     the generation: results of rules, statistics, checksum, lists, index and tables

A *batch* collects deposits, withdrawals and decisions; deposits lie in the *spool* until the commit. Readings of an
ingestion that was not committed are *waiting*. Some facts of the default graph are *derived* from others: one label per
subject, links between documents, and a project's amount and department. *Results* are the findings of rules, stated in
reports; rules over the entire store are run by a *judge*. A name is *borrowed* if the file has it only in a heading or
title, so that it does not identify the project.
"""
