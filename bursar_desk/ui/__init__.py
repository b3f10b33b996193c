"""Everything with a window. Nothing below this package knows of Qt."""
