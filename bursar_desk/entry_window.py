"""Where the packaged windowed program `bursar-desk-window` begins."""

from bursar_desk.__main__ import window

raise SystemExit(window())
