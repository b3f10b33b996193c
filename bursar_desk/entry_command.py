"""Where the packaged console program `bursar-desk` begins."""

from bursar_desk.__main__ import command

raise SystemExit(command())
