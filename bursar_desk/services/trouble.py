"""What was no fault of the program, in words: a full disk, a folder that is closed to us, too little memory."""

from __future__ import annotations

from pathlib import Path

from bursar_desk import machine
from bursar_desk.domain.errors import UserError

SAFE = "What was saved before is safe."


def told(problem: BaseException) -> UserError | None:
    """Return what to tell the person about something that nobody nearer to it has put into words.

    None for everything that is a fault of the program. Nothing is said of what was under way: nobody here knows it.
    """
    if isinstance(problem, UserError):
        return problem
    if isinstance(problem, MemoryError):
        return UserError("This computer has no memory left for this.", SAFE, "Close other programs, then try again.")
    if isinstance(problem, OSError) and problem.errno is not None:
        named = problem.filename2 or problem.filename
        folder = Path(str(named)).absolute().parent if isinstance(named, str | Path) else machine.local_folder()
        return machine.in_words(problem, folder, safe=SAFE, what="this was not done")
    return None
