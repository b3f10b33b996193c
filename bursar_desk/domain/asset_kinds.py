"""The kinds of equipment, what is asked about each, and the checks that are kept for every single one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

FactType = Literal["text", "number", "date", "tick", "choice"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know about a kind of equipment. ``low`` and ``high`` are the least and most that make sense."""

    name: str
    label: str
    type: FactType = "text"
    unit: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of equipment: one and many in words, icon, facts, checks of each one, checks that go round all of them."""

    code: str
    one: str
    many: str
    icon: str
    facts: tuple[Fact, ...] = ()
    checks: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """A fact by its name."""
        return next((one for one in self.facts if one.name == name), None)


GWP: Final[Mapping[str, int]] = {"R32": 675, "R134a": 1430, "R410A": 2088, "R404A": 3922, "HFC-227ea": 3220}
"""Global warming potential used for the GB rules (rules section 2)."""

_SCORES: Final = (("0", "0"), ("1", "1"), ("2", "2"), ("3", "3"))
_GAS = tuple((name, f"{name} (GWP {gwp})") for name, gwp in GWP.items())
_SERVICE = Fact("serves", "What it serves")

KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "lift", "Lift", "Lifts", "move-vertical",
        (
            Fact("type", "Type", "choice", choices=(
                ("passenger", "Passenger lift"), ("platform", "Platform lift"), ("stair", "Stair lift"),
                ("goods", "Goods lift"),
            )),
            Fact("load_kg", "Safe load", "number", "kg", 1, 20000),
            Fact("scheme", "Written scheme of examination", "tick"),
        ),
        ("LIFT-01", "LIFT-08", "LIFT-09"),
    ),
    Kind("hoist", "Hoist", "Hoists", "move-vertical", (Fact("load_kg", "Safe load", "number", "kg", 1, 2000),),
         ("LIFT-03",)),
    Kind(
        "accessory", "Sling, chain or lifting gear", "Slings, chains and lifting gear", "link",
        (Fact("load_kg", "Safe load", "number", "kg", 1, 20000),), ("LIFT-07",),
    ),
    Kind(
        "pressure", "Pressure vessel", "Pressure vessels", "gauge",
        (
            Fact("bar_litres", "Pressure times volume", "number", "bar litres", 0, 1_000_000),
            Fact("scheme_date", "Date in the written scheme", "date"),
        ),
        ("PRES-01", "PRES-02"),
    ),
    Kind(
        "boiler", "Boiler", "Boilers", "heater",
        (
            Fact("fuel", "Fuel", "choice", choices=(
                ("gas", "Gas"), ("oil", "Oil"), ("biomass", "Biomass"), ("electric", "Electric"),
            )),
            Fact("kw", "Output", "number", "kW", 1, 50000), _SERVICE,
        ),
        ("GASH-01",),
    ),
    Kind("gas", "Gas appliance", "Gas appliances", "flame", (_SERVICE,), ("GASH-03",)),
    Kind(
        "cooling", "Cooling or air conditioning", "Cooling and air conditioning", "snowflake",
        (
            Fact("gas", "Cooling gas", "choice", choices=(*_GAS, ("other", "Another gas"))),
            Fact("gwp", "GWP of another gas", "number", "", 0, 30000, help="It is on the label. Only for another gas."),
            Fact("charge_kg", "Charge", "number", "kg", 0, 10000),
            Fact("hermetic", "Sealed for life, and labelled so", "tick"),
            Fact("leak_detection", "Fixed leak detection", "tick"), _SERVICE,
        ),
        ("VENT-08", "VENT-09"),
    ),
    Kind(
        "lev", "Dust or fume extraction", "Dust and fume extraction", "fan",
        (
            Fact("type", "Type", "choice", choices=(
                ("dust", "Wood dust"), ("fume_cupboard", "Fume cupboard"), ("fume", "Solder or welding fume"),
                ("kiln", "Kiln or clay dust"),
            )),
            Fact("flow", "Air speed wanted", "number", "m/s", 0, 100),
        ),
        ("VENT-01",),
    ),
    Kind(
        "kitchen_extract", "Kitchen extract", "Kitchen extracts", "chef-hat",
        (Fact("hours", "Cooking hours a day", "number", "hours", 0, 24),), ("VENT-04",),
    ),
    Kind(
        "vehicle", "Vehicle", "Vehicles", "bus",
        (
            Fact("registration", "Registration"), Fact("first_registered", "First registered", "date"),
            Fact("seats", "Passenger seats", "number", "", 1, 100),
        ),
        ("TRAN-01", "TRAN-03", "TRAN-05"),
    ),
    Kind(
        "outlet", "Tap or shower", "Taps and showers", "droplet",
        (
            Fact("water", "Water", "choice", choices=(("both", "Hot and cold"), ("hot", "Hot"), ("cold", "Cold"),
                                                      ("mixed", "Mixed"))),
            Fact("sentinel", "Sentinel", "choice", choices=(("", "No"), ("nearest", "Nearest to the tank or cylinder"),
                                                          ("furthest", "Furthest away"))),
            Fact("low_use", "Little used", "tick"), Fact("tmv", "Mixing valve", "tick"),
            Fact("shower", "Shower", "tick"),
        ),
        (), ("WATR-03", "WATR-04", "WATR-05", "WATR-10", "WATR-11", "WATR-12"),
    ),
    Kind("call_point", "Call point", "Call points", "bell-ring", (Fact("zone", "Zone"),), (), ("FIRE-04",)),
    Kind(
        "extinguisher", "Fire extinguisher", "Fire extinguishers", "fire-extinguisher",
        (
            Fact("type", "Type", "choice", choices=(
                ("water", "Water"), ("foam", "Foam"), ("co2", "CO2"), ("powder", "Powder"), ("wet", "Wet chemical"),
                ("blanket", "Fire blanket"),
            )),
            Fact("size", "Size", "number", "kg or litres", 0, 100),
            Fact("discharge", "Last discharge service", "date"),
        ),
        (), ("FIRE-10",),
    ),
    Kind(
        "emergency_light", "Emergency light", "Emergency lights", "lamp-ceiling",
        (Fact("hours", "Lasts", "number", "hours", 1, 3), Fact("circuit", "Circuit")), (), ("FIRE-07",),
    ),
    Kind(
        "fire_door", "Fire door", "Fire doors", "door-open",
        (
            Fact("rating", "Rating", "choice", choices=(("FD30", "30 minutes"), ("FD60", "60 minutes"))),
            Fact("holder", "Held open by a release", "tick"),
        ),
        (), ("FIRE-16", "FIRE-17"),
    ),
    Kind(
        "tree", "Tree", "Trees", "tree-pine",
        (
            Fact("species", "Species"), Fact("tag", "Tag on the tree"),
            Fact("target", "What it could fall on", "choice", choices=(
                ("none", "Nothing"), ("path", "A path"), ("play", "Where children play"), ("road", "A road"),
                ("building", "A building"),
            )),
            Fact("order", "Under a preservation order", "tick"),
        ),
        (), ("GRND-01", "GRND-02"),
    ),
    Kind("play", "Play item", "Play items", "toy-brick", (Fact("surface", "Surface below"),
         Fact("fall_mm", "Fall height", "number", "mm", 0, 10000)), (), ("PLAY-02", "PLAY-03")),
    Kind(
        "asbestos", "Asbestos item", "Asbestos items", "shield-alert",
        (
            Fact("product", "What it is", help="For example ceiling tiles, pipe lagging, floor tiles."),
            Fact("amount", "How much", help="For example 12 m2, or 3 m of pipe."),
            Fact("product_score", "Product score", "choice", choices=_SCORES[1:],
                 help="1 vinyl, cement or resin; 2 boards and textiles; 3 lagging, spray or loose fill."),
            Fact("damage_score", "Damage score", "choice", choices=_SCORES,
                 help="0 none; 1 scratched or a few broken edges; 2 damaged; 3 badly damaged, with dust."),
            Fact("surface_score", "Surface score", "choice", choices=_SCORES,
                 help="0 bonded in; 1 sealed or painted; 2 not sealed, or a sealed soft one; 3 soft and not sealed."),
            Fact("type_score", "Asbestos type score", "choice", choices=_SCORES[1:],
                 help="1 white; 2 brown or mixed; 3 blue."),
            Fact("access", "Who can reach it", "choice", choices=(
                ("closed", "Sealed in, nobody"), ("staff", "Site staff and contractors"), ("adults", "Staff"),
                ("pupils", "Pupils"),
            )),
            Fact("action", "What is done about it", "choice", choices=(
                ("manage", "Left in place and watched"), ("seal", "To be sealed"), ("remove", "To be removed"),
            )),
            Fact("presumed", "Presumed, not sampled", "tick"),
            Fact("looked_on", "Last looked at", "date"),
            Fact("months", "Look again after", "number", "months", 1, 12, help="Never more than 12 months."),
        ),
        ("ASBE-02",),
    ),
    Kind("ladder", "Ladder or steps", "Ladders and steps", "arrow-up",
         (Fact("tag", "Tag number"), Fact("class", "Class")), ("WAHT-01",)),
    Kind("harness", "Harness or lanyard", "Harnesses and lanyards", "link", (), ("WAHT-05",)),
    Kind(
        "meter", "Meter", "Meters", "gauge",
        (
            Fact("measures", "Measures", "choice", choices=(
                ("electricity", "Electricity"), ("gas", "Gas"), ("water", "Water"), ("heat", "Heat"), ("oil", "Oil"),
                ("solar", "Solar"),
            )),
            Fact("mpan", "Supply number"), Fact("unit", "Reads in", help="For example kWh or m3."),
        ),
        (), ("ENER-04",),
    ),
    Kind(
        "wiring", "Wiring board", "Wiring boards", "zap",
        (Fact("ways", "Ways", "number", "", 1, 200), Fact("feeds", "What it feeds")), (), ("ELEC-01", "ELEC-05"),
    ),
    Kind("other", "Other equipment", "Other equipment", "package"),
)  # fmt: skip
BY_CODE: Final[Mapping[str, Kind]] = {kind.code: kind for kind in KINDS}


def kind_of(code: str) -> Kind:
    """The kind by its code; one that a newer program wrote is shown as other equipment."""
    return BY_CODE.get(code) or BY_CODE["other"]


def checks_for(kind: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The catalogue codes of the checks that one piece of equipment has for itself, by what is known of it."""
    if kind == "lift":
        return {"stair": ("LIFT-02",), "platform": ("LIFT-01", "LIFT-08"), "goods": ("LIFT-05", "LIFT-08")}.get(
            facts.get("type", ""), BY_CODE["lift"].checks
        )
    if kind == "boiler":
        return {"oil": ("GASH-08",), "biomass": ("GASH-10",), "electric": ()}.get(facts.get("fuel", ""), ("GASH-01",))
    if kind == "lev" and facts.get("type") == "fume_cupboard":
        return ("VENT-02",)
    return kind_of(kind).checks


CONDITIONS: Final = (("A", "A: as new"), ("B", "B: sound"), ("C", "C: worn, needs work soon"), ("D", "D: at its end"))
PRIORITIES: Final = (
    (1, "1: urgent, this year"), (2, "2: within 2 years"), (3, "3: within 5 years"), (4, "4: later"),
)  # fmt: skip
