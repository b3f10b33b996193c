"""Models between frozen rows and the views that show them."""
