"""The register on disk: one log, the applier, the tables derived from it and the questions asked of them."""
