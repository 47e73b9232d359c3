"""Description of the dataset and its versions in DCAT 3, VoID and PROV-O, with what the publisher states about them."""
