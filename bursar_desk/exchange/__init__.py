"""The exchange file: how a piece of the log travels, and how it is read without trusting it."""
