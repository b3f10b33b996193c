"""What a person is told when something cannot be done: what happened, what is safe, what to do."""

from __future__ import annotations


class UserError(Exception):
    """An expected failure, worded for the person at the desk.

    ``title`` says what happened, ``safe`` what was not changed or lost, ``remedy`` what to do next; each is one
    plain sentence. ``str()`` joins them, so a command line can print one line and a window three.
    """

    def __init__(self, title: str, safe: str = "", remedy: str = "") -> None:
        self.title = title
        self.safe = safe
        self.remedy = remedy
        super().__init__(" ".join(part for part in (title, safe, remedy) if part))


class Refused(UserError):  # noqa: N818 - read as a sentence: "raise Refused"
    """A file or an entry that is not taken in; the register is as it was before."""


class CannotOpen(UserError):  # noqa: N818
    """A register that cannot be opened: missing, newer than this program, damaged or in use elsewhere."""


class Cancelled(Exception):  # noqa: N818 - not an error: the person changed their mind and nothing is said
    """The person pressed Stop; whatever was under way is rolled back."""
