"""The services a school buys: permanent codes, their words, and the hints by which a ledger names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """One service: its code, what people call it, words that give it away, and areas of checks it keeps up.

    ``per`` is what its price is best compared by: "pupil", "m2", "site", "device", "visit" or "person".
    """

    code: str
    said: str
    hints: tuple[str, ...]
    per: str = "pupil"
    council: bool = False


KINDS: Final[tuple[ServiceKind, ...]] = (
    ServiceKind("grounds", "Grounds maintenance", ("grounds", "grass cutting", "horticult", "landscap"), "m2", True),
    ServiceKind("cleaning", "Cleaning", ("cleaning", "janitor"), "m2", True),
    ServiceKind("catering", "Catering", ("catering", "school meals", "kitchen service"), "pupil", True),
    ServiceKind("waste", "Waste collection", ("waste", "refuse", "recycling", "skip hire"), "site", True),
    ServiceKind("window cleaning", "Window cleaning", ("window clean",), "site"),
    ServiceKind("electricity", "Electricity", ("electric supply", "electricity"), "m2"),
    ServiceKind("gas", "Gas", ("gas supply", "gas & power", "gas and power"), "m2"),
    ServiceKind("energy", "Energy", ("energy",), "m2"),
    ServiceKind("water supply", "Water supply",
                ("water supply", "water plus", "waterplus", "united utilities"), "pupil"),
    ServiceKind("broadband", "Broadband", ("broadband", "internet", "fibre", "leased line"), "pupil", True),
    ServiceKind("telephones", "Telephones", ("telephon", "voip", "mobile phone", "telecom"), "site"),
    ServiceKind("photocopiers", "Photocopiers", ("photocop", "copier", "reprographic", "printer lease"), "device"),
    ServiceKind("it support", "IT support", ("ict support", "it support", "technician", "managed ict"), "device", True),
    ServiceKind("software", "Software and licences",
                ("software", "licence", "license", "mis ", "subscription"), "pupil"),
    ServiceKind("payroll", "Payroll", ("payroll",), "person", True),
    ServiceKind("hr", "Human resources", ("human resources", "hr advice", "hr service"), "person", True),
    ServiceKind("legal", "Legal advice", ("legal", "solicitor"), "pupil", True),
    ServiceKind("finance", "Finance support", ("finance support", "bursar", "accountancy", "audit"), "site", True),
    ServiceKind("governors", "Governor services and clerking",
                ("clerking", "governor service", "governance"), "site", True),
    ServiceKind("insurance", "Insurance", ("insurance", "risk protection"), "pupil", True),
    ServiceKind("supply insurance", "Staff absence insurance", ("absence insurance", "absence scheme"), "person"),
    ServiceKind("occupational health", "Occupational health", ("occupational health",), "person", True),
    ServiceKind("health and safety", "Health and safety advice", ("health and safety", "h&s"), "site", True),
    ServiceKind("fire alarm", "Fire alarm servicing", ("fire alarm", "fire detection"), "site"),
    ServiceKind("extinguishers", "Fire extinguisher servicing", ("extinguisher",), "site"),
    ServiceKind("lift", "Lift maintenance", ("lift mainten", "lift service", "elevator"), "device"),
    ServiceKind("boiler", "Boiler and heating servicing", ("boiler", "heating", "mechanical"), "device"),
    ServiceKind("electrical testing", "Electrical testing",
                ("electrical test", "pat test", "portable appliance"), "device"),
    ServiceKind("water hygiene", "Water hygiene", ("water hygiene", "legionella", "water treatment"), "site"),
    ServiceKind("asbestos", "Asbestos management", ("asbestos",), "site"),
    ServiceKind("pest control", "Pest control", ("pest",), "site", True),
    ServiceKind("security", "Security and key holding",
                ("security", "keyhold", "key hold", "cctv", "intruder"), "site"),
    ServiceKind("repairs", "Repairs and maintenance", ("repair", "maintenance", "r&m", "buildings"), "m2", True),
    ServiceKind("play and sport", "Play and sports equipment inspection",
                ("playground", "play equipment", "gym equip"), "site"),
    ServiceKind("trees", "Tree inspection", ("tree ", "arboricult"), "site"),
    ServiceKind("hygiene", "Washroom services", ("washroom", "sanitary", "hygiene"), "site"),
    ServiceKind("water coolers", "Water coolers", ("water cooler",), "device"),
    ServiceKind("minibus", "Minibus lease and transport", ("minibus", "transport", "coach hire", "vehicle"), "device"),
    ServiceKind("supply staff", "Supply staff", ("supply teach", "recruitment", "agency"), "person"),
    ServiceKind("training", "Training", ("training", "course"), "person"),
    ServiceKind("psychology", "Educational psychology", ("psycholog",), "pupil", True),
    ServiceKind("music", "Music service", ("music",), "pupil", True),
    ServiceKind("library", "School library service", ("library",), "pupil", True),
    ServiceKind("education welfare", "Attendance and welfare", ("welfare", "attendance service"), "pupil", True),
    ServiceKind("photographs", "School photographs", ("photograph",), "pupil"),
    ServiceKind("other", "Something else", (), "site"),
)  # fmt: skip
BY_CODE: Final = {one.code: one for one in KINDS}
OTHER: Final = "other"
_LAST: Final = frozenset({"repairs", "training", "supply staff"})
"""Services whose hints stand beside those of others: maintenance of a lift is lift maintenance."""


def words_of(code: str) -> str:
    """Return what people call a service; a code of a newer program as it stands, none at all as ""."""
    found = BY_CODE.get(code)
    return found.said if found else code[:1].upper() + code[1:]


def guess(*texts: str) -> str:
    """Return the code of the service that texts give away, or "" when none does: a suggestion, never a decision.

    The longest hint wins: window cleaning is not cleaning.
    """
    said = " ".join(f" {text.casefold()} " for text in texts)
    found = [
        (one.code not in _LAST, len(hint), -n, one.code)
        for n, one in enumerate(KINDS)
        for hint in one.hints
        if re.search(rf"\b{re.escape(hint.strip())}", said)
    ]
    return max(found)[3] if found else ""


def of_words(typed: str) -> str | None:
    """Return the code for a name as people type it, by code or by words; nothing when there is none."""
    wanted = typed.strip().casefold()
    return next((one.code for one in KINDS if wanted in (one.code, one.said.casefold())), None)
