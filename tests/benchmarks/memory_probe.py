"""A process of its own that merges one file and prints the most memory it ever had, in megabytes."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from bursar_desk.clock import FixedClock
from bursar_desk.services import merging
from bursar_desk.services.desk import Desk


def main() -> None:
    """Merge the file named second into the register named first."""
    register, file, today = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with Desk.open(register, clock=FixedClock(today)) as desk:
        result = merging.merge(desk, [file])
    if not result.accepted:
        raise SystemExit(result.refused[0].refused_because)
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    print(result.files[0].added, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale)


if __name__ == "__main__":
    main()
