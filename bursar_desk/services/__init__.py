"""One module per task of the office; the only callers of the register, the exchange and the reports."""
