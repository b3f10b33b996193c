"""What the made-up schools of one cluster say to each other: a question and its answers, a notice, a call for help."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days
from bursar_desk.services.sample.scene import Entry, Scene, kept

if TYPE_CHECKING:
    import random

QUESTION: Final = "question said"
HELP: Final = "help said"
_QUESTIONS: Final = (
    (
        "Who examines your lift?",
        "Our firm has closed and the six-monthly examination is due in the new year.\n"
        "Who do you use, and do they come on the day they say?",
        "Hartley Lifts, every May and November. They ring the week before and have not missed one in four years.",
        "We share them. If we asked together we could have one visit for both schools: shall I ring them?",
    ),
    (
        "How do you keep fire doors shut and classrooms cool?",
        "Staff wedge the corridor doors open on warm days. Signs have not helped.\nHas anybody found a better way?",
        "We had closers fitted that let go when the alarm sounds. The risk assessor was content with that.",
        "Ours too, on six doors. I can show you the two quotes when you come for the cluster meeting.",
    ),
    (
        "Where do you keep paper test sheets?",
        "We have nine folders in three rooms.\nWhat do you keep on paper, and for how long?",
        "Only what an engineer signs. We photograph it the same day, and the folder goes home to one shelf.",
        "The same here. The inspector asked for twelve months of flushing and was content with the printed log.",
    ),
)  # fmt: skip
_NOTICES: Final = (
    ("Gas supply off in our road", "The supply will be off on {day} from 09:00 to 12:00, the whole road.\n"
     "Anybody with a kitchen delivery from us that day: it comes an hour later."),
    ("Copper stolen from two roofs near us", "Both on a Sunday night, with a van and ladders.\n"
     "Lock ladders away and check the roof camera before {day}."),
    ("Recall of outdoor play rope", "The supplier has recalled its 16 mm climbing rope.\n"
     "Ours was put out of use; the new one comes on {day}."),
)  # fmt: skip
_HELPS: Final = (
    ("Can we borrow a carpet cleaner?", "Ours broke the week before the open evening. We can fetch it and bring it "
     "back clean the next morning."),
    ("Two people for a morning of moving books?", "The library moves to its new room. We give lunch, and a morning "
     "back whenever you need one."),
    ("A spare key safe?", "Ours is jammed and the locksmith comes next week only. A small one would do."),
)  # fmt: skip
_GOOD: Final = (
    (
        "Taps flushed on the register round", "Little-used water outlets",
        "The register monitor of each class runs the tap in the corner while the register is read, and ticks the card.",
        "Weekly flushing was forgotten whenever the caretaker was busy.",
        "No week missed since Easter, and twenty minutes of caretaker time saved each week.",
        "Put the card on the back of the classroom door. Tell supply teachers about it in their welcome sheet.",
    ),
    (
        "One photo a term of every fire door", "Fire doors",
        "Each fire door has a number. Once a term the caretaker photographs it open and shut, in walking order.",
        "Nobody could say whether a gap had grown.",
        "Three worn closers were found before they let go. The surveyor took a morning instead of a day.",
        "Number the doors on the plan first. The photos go with the termly check, so nothing has to be filed.",
    ),
)  # fmt: skip


def add_sample_messages(scene: Scene, cluster: Sequence[Scene]) -> None:
    """Let a school say its part in the talk of its cluster; the schools come in the order of ``cluster``.

    Who answers needs the id of the question, so a school may speak only after those before it have been written down.
    The same seed says the same. Nothing is said by a school that is not in ``cluster``.
    """
    order = [one.row.urn for one in cluster]
    if scene.row.urn not in order:
        return
    place, last = order.index(scene.row.urn), len(order) - 1
    rng = cluster[0].rng("talk")
    question, notice, asked, good = (rng.choice(some) for some in (_QUESTIONS, _NOTICES, _HELPS, _GOOD))
    if place == 0:
        _ask(scene, question, cluster)
    if 0 < place <= 2:
        _answer(scene, cluster[0], question[0], question[1 + place], back=9 - 2 * place)
    if place == min(1, last):
        _call_for_help(scene, asked, cluster[0])
    if place == last:
        _notice(scene, notice, rng)
    if place == min(2, last):
        _good_practice(scene, good)


def _say(scene: Scene, back: int, minute: int, values: dict[str, Any], key: str = "") -> None:
    """Say something some days before today, on a day when somebody is in."""
    day = add_days(scene.on, -back)
    while not scene.calendar.staff_in(day) and day > scene.start:
        day = add_days(day, -1)
    boss = scene.crew.boss
    said = kept({**values, "said_by": boss.name, "person": boss.id, "said_on": day})
    scene.add(day, minute, ActCode.SEND_MESSAGE, boss, str(values["title"]), [Entry("message", said, key=key)])


def _named(*schools: Scene) -> str | None:
    ids = [one.made.school.hex() for one in schools if one.made is not None]
    return json.dumps(ids) if ids else None


def _ask(scene: Scene, question: Sequence[str], cluster: Sequence[Scene]) -> None:
    to = _named(*cluster[1:3]) if len(cluster) > 2 else None
    values = {
        "kind": "question", "title": question[0], "words": question[1], "to": to,
        "needed_by": add_days(scene.on, 17),
    }  # fmt: skip
    _say(scene, 11, 620, values, QUESTION)


def _answer(scene: Scene, asker: Scene, title: str, words: str, back: int) -> None:
    asked = asker.ids.get(QUESTION)
    if asked is not None:
        values = {"kind": "answer", "title": title, "words": words, "answers": asked, "to": _named(asker)}
        _say(scene, back, 655, values)


def _call_for_help(scene: Scene, asked: Sequence[str], to: Scene) -> None:
    values = {
        "kind": "help", "title": asked[0], "words": asked[1], "to": _named(to) if to is not scene else None,
        "needed_by": add_days(scene.on, 6),
    }  # fmt: skip
    _say(scene, 3, 840, values, HELP)


def _notice(scene: Scene, notice: Sequence[str], rng: random.Random) -> None:
    from bursar_desk.domain import words

    day: dt.date = add_days(scene.on, rng.randint(5, 9))
    while not scene.calendar.staff_in(day) and (day - scene.on).days < 40:
        day = add_days(day, 1)
    said = notice[1].format(day=words.weekday_date(day))
    _say(scene, 2, 530, {"kind": "notice", "title": notice[0], "words": said})


def _good_practice(scene: Scene, good: Sequence[str]) -> None:
    title, about, did, why, impact, how = good
    values = {
        "kind": "practice", "title": title, "about": about, "words": did, "why": why, "impact": impact, "how": how,
    }  # fmt: skip
    _say(scene, 8, 945, values)
