"""Description of the dataset and its versions.

publisher.py  what the publisher states, in dataset.toml
dcat.py       DCAT 3, VoID and PROV-O
"""
