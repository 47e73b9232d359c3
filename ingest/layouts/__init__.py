"""What labels and tables mean: a Rendition in, the model out. The words themselves are in labels.toml."""
