"""Data only: the catalogue of checks, the public directory, fonts, icons and words."""
