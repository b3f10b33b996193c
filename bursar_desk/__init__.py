"""Bursar Desk: the register of checks, defects, cover and contracts that schools of a cluster share by file.

Importing this package starts no window and opens no file.
"""

__version__ = "0.1.0"
