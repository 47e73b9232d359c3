"""A commit: apply the changes that a batch collected to the graph, and build the next generation.

A *batch* collects deposits, withdrawals and decisions; deposits lie in the *spool* until the commit. Readings of an
ingestion that was not committed are *waiting*. Some facts of the default graph are *derived* from others: one label per
subject, links between documents, and a project's amount and department. *Results* are the findings of rules, stated in
reports; rules over the entire store are run by a *judge*. A name is *borrowed* if the file has it only in a heading or
title, so that it does not identify the project.
"""
