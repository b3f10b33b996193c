"""Where the packaged console program `bursar-desk` begins."""

import sys

from bursar_desk.__main__ import command
from reports.sheet_in import FLAG, main

if sys.argv[1:2] == [FLAG]:  # the packaged program reads a spreadsheet in a second copy of itself
    raise SystemExit(main(sys.argv[2:]))
raise SystemExit(command())
