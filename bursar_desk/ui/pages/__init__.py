"""The pages of the window, one module each; ``base`` is what they share."""
