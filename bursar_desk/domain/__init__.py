"""Pure rules of the program: standard library and dateutil only; no window, no table, no file."""
