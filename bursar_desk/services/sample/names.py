"""Invented names: schools, places, people and firms, none of them a school of the public register."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.directory import short_name
from bursar_desk.services import directory

if TYPE_CHECKING:
    from bursar_desk.domain.directory import DirectorySchool

_SAINTS: Final = (
    "Wilfrid Winefride Alban Hilda Edith Dunstan Swithun Etheldreda Botolph Guthlac Kentigern Aelred Birinus "
    "Erkenwald Milburga Werburgh Frideswide Walburga Boniface Willibrord Cedd Bega Eanswythe Ninian Petroc Piran "
    "Osyth Kenelm Edburga Modwen Plegmund Sidwell Austell Mildred Wulstan Godric Gilbert Hybald Wistan Ebba "
    "Sexburga Cuthburga Rumwold Aldhelm Egwin Oswin Beuno Melangell Illtud Deiniol Tysilio Gwen Sativola Urith "
    "Neot"
)
_FIRST_HALF: Final = (
    "Hollin Eller Bracken Thrush Marl Syke Lark Heron Cinder Withy Raven Copper Mere Quern Sallow Tansy Ember "
    "Fallow Gorse Whin Harrow Alder"
)
_SECOND_HALF: Final = "bridge clough shaw gill croft rigg mere ford holme stead beck dale"
_STREETS: Final = (
    "Chapel Lane,Weaver Street,Orchard Road,Millrace Lane,Foundry Street,Station Road,Park Avenue,"
    "Quarry Lane,Canal Street,Beech Grove,Tenter Street,Smithy Lane,Bobbin Close,Lime Avenue,"
    "Brook Street,Ropewalk"
)
_GIVEN: Final = (
    "Aisha Alan Amara Andrea Anil Anne Beth Brendan Callum Carol Ceri Chidi Colin Daniel Denise Derek Eileen "
    "Elena Emeka Farah Fiona Frank Gareth Geoff Grace Hannah Harjit Helen Imran Irene Jack Janet Jin Joanne Karl "
    "Kasia Keith Kwame Laura Leon Lesley Liam Magda Malik Marcin Margaret Maureen Mei Michelle Nadia Neil Nasreen "
    "Oliver Olu Owen Pat Paul Petra Priya Rachel Rafal Ray Rosa Sanjay Sean Shabana Sheila Simon Siobhan Stella "
    "Steve Sunita Tamsin Tariq Tess Tomasz Trevor Ursula Vera Viktor Wayne Wendy Yusuf Zainab Zoe"
)
_FAMILY: Final = (
    "Abara Ahmed Ainsworth Akhtar Appleby Ashworth Bamber Banerjee Barlow Begum Bhatt Birtwistle Boateng Bramhall "
    "Brierley Burgess Byrne Cartwright Chadwick Chowdhury Clegg Conroy Crossley Darbyshire Dearden Dhillon Dooley "
    "Eckersley Egan Entwistle Fairhurst Farrell Fitton Gaskell Ghosh Greenhalgh Grundy Halliwell Hamer Haslam "
    "Heyes Hindley Holt Hussain Ibrahim Ingham Iqbal Jankowski Kaur Kay Kershaw Khan Kowalski Leaver Lomax "
    "Mahmood Marsden Mbeki McGrath Mills Mistry Nowak Nuttall Ogden Okafor Oldham Openshaw Patel Pilkington Platt "
    "Quigley Rahman Ramsbottom Redfern Rigby Rothwell Sharples Shaw Singh Standish Sutcliffe Tandon Thornley "
    "Tonge Unsworth Varley Walmsley Whittaker Wozniak Yates"
)
_KINDS: Final = {"Nursery": "Nursery School", "16 plus": "College", "All-through": "Academy"}


@dataclass(frozen=True, slots=True)
class SchoolName:
    """What an invented school is called and where it stands; the postcode area does not exist."""

    name: str
    short: str
    place: str
    street: str
    postcode: str
    phone: str


@cache
def _real_words() -> tuple[frozenset[str], frozenset[str]]:
    """Names and short names of every school of the public extract, and its places, in lower case."""
    rows = [row for name in directory.PARTNERSHIPS for row in directory.partnership(name)]
    rows += list(directory.search("catholic", 10_000)) + list(directory.search("school", 10_000))
    names = {text.casefold() for row in rows for text in (row.name, row.short_name)}
    places = {text.casefold() for row in rows for text in (row.town, row.locality, row.la) if text}
    return frozenset(names), frozenset(places)


def _saints() -> list[str]:
    taken, _ = _real_words()
    return [saint for saint in _SAINTS.split() if f"st {saint}'s".casefold() not in taken]


def _places() -> list[str]:
    names, places = _real_words()
    taken = " | ".join(sorted(names | places))
    return [made for a in _FIRST_HALF.split() for b in _SECOND_HALF.split() if (made := a + b).casefold() not in taken]


def school_names(rows: Sequence[DirectorySchool], rng: random.Random) -> dict[int, SchoolName]:
    """An invented name for each school by its URN: like in kind, level and church to the one it is modelled on."""
    saints, places, streets = _saints(), _places(), _STREETS.split(",")
    rng.shuffle(saints)
    rng.shuffle(places)
    made = {}
    for n, row in enumerate(sorted(rows, key=lambda row: row.urn)):
        place = places[n % len(places)]
        name = _name(row, place, saints)
        code = f"ZZ{1 + n // 9} {1 + n % 9}{rng.choice('ABDEFGH')}{rng.choice('JLNPQRS')}"
        street = f"{rng.choice(streets)}, {place}"
        short = short_name(name, secondary=row.is_secondary)
        made[row.urn] = SchoolName(name, short, place, street, code, fictional_phone(100 + 7 * n))
    return made


def _name(row: DirectorySchool, place: str, saints: list[str]) -> str:
    level = "Primary School" if row.kind == "primary" else "High School"
    if row.phase in _KINDS or "special" in row.type.casefold() or row.phase == "Not applicable":
        return f"{place} {_KINDS.get(row.phase, 'School')}"
    faith = row.religious_character
    if faith == "Roman Catholic" and saints:
        return f"St {saints.pop()}’s Catholic {level}, {place}"
    if faith.startswith("Church of England") and saints:
        return f"St {saints.pop()}’s Church of England {level}, {place}"
    return f"{place} {'Methodist ' if faith == 'Methodist' else ''}{level}"


def fictional_phone(number: int) -> str:
    """A number from the range that is kept free for drama: 0161 496 0000 to 0999."""
    return f"0161 496 0{number % 1000:03d}"


def fictional_mobile(number: int) -> str:
    """A mobile number from the range that is kept free for drama."""
    return f"07700 900{number % 1000:03d}"


class PeopleNames:
    """Gives out names of people, no two alike."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def next(self, rng: random.Random) -> str:
        """A name nobody else here has."""
        while True:
            name = f"{rng.choice(_GIVEN.split())} {rng.choice(_FAMILY.split())}"
            if name not in self._taken:
                self._taken.add(name)
                return name


# Who comes for what, by the first letters of a code; the firms are invented.
_FIRMS: Final = {
    "FIRE": "Beacon Fire Services", "WATR": "Clearwell Water Hygiene", "ELEC": "Voltway Testing",
    "GASH": "Northgate Heating", "LIFT": "Ascent Lift Engineers", "PRES": "Pike and Harrow Inspection",
    "PLAY": "Playsure Inspections", "GRND": "Alder Tree Care", "VENT": "Cleanflow Extract",
    "FOOD": "Ridgeway Pest Care",
    "SECU": "Lantern Security", "ASBE": "Fibrecheck Surveys", "TRNG": "Tern Training", "DTSC": "Benchmark Machines",
    "TRAN": "Crossgate Garage", "WAHT": "Steadfast Access",
}  # fmt: skip
OTHER_FIRM: Final = "Parkside Estates Services"


def firm(code: str) -> str:
    """The invented contractor for a check."""
    return _FIRMS.get(code[:4], OTHER_FIRM)


def stranger(rng: random.Random) -> str:
    """The name of somebody who comes once; another person may have it as well."""
    return f"{rng.choice(_GIVEN.split())} {rng.choice(_FAMILY.split())}"
