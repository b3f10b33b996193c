"""Why a file is not taken in: one code for the machine, one sentence for the person."""

from __future__ import annotations

from typing import Final

from bursar_desk.domain.errors import Refused

SAFE: Final = "Nothing was changed."
SEND_AGAIN: Final = "Ask them to send it again."
UPDATE: Final = "Update Bursar Desk, or ask them for a file for version 1."

# code -> what happened, what to do. {File} starts a sentence, {file} stands inside one.
WORDS: Final[dict[str, tuple[str, str]]] = {
    "unreadable": ("{File} cannot be opened.", "Copy it to this computer, then try again."),
    "too_large": ("{File} is larger than a share file may be.", "Ask them to send it in smaller parts."),
    "not_ours": ("This is not a share file from Bursar Desk.", "Check that you chose the right file."),
    "changed_on_the_way": (
        "{File} was changed on its way here.",
        "Ask them to send it another way, for example on a USB stick.",
    ),
    "newer_version": ("{File} was made by a newer Bursar Desk.", UPDATE),
    "header_damaged": ("The first part of {file} is damaged.", SEND_AGAIN),
    "truncated": ("{File} is cut short.", SEND_AGAIN),
    "appended": ("{File} has something extra at its end.", SEND_AGAIN),
    "needs_update": ("{File} uses something this Bursar Desk does not know yet.", UPDATE),
    "altered": ("{File} was changed after it was made.", "Ring them before you go on, then ask for a new file."),
    "not_addressed": ("{File} was not made for this computer.", "Ask them to make one for your school."),
    "key_damaged": ("{File} names this computer, but our key does not open it.", "Ask them to make a new one."),
    "damaged_chunk": ("{File} is damaged.", SEND_AGAIN),
    "bomb": ("{File} would unpack to far more than it says.", "Ring them and ask how it was made."),
    "damaged_body": ("{File} is damaged inside.", SEND_AGAIN),
    "damaged_content": ("{File} holds entries that cannot be read.", "Ring them and ask for a new file."),
}


class EnvelopeRefused(Refused):
    """A file that is not taken in.

    ``code`` is one of ``WORDS`` and never changes its meaning; ``detail`` is for the folded-away technical line and the
    log (figures and places only, never contents).
    """

    def __init__(self, code: str, detail: str = "", sender: str = "") -> None:
        self.code = code
        self.detail = detail
        happened, remedy = WORDS[code]
        name = f"he file from {sender}" if sender else "his file"
        super().__init__(happened.format(File="T" + name, file="t" + name), SAFE, remedy)

    def naming(self, sender: str) -> EnvelopeRefused:
        """The same refusal with the school's name in it, for whoever has found out who sent the file."""
        return EnvelopeRefused(self.code, self.detail, sender)
