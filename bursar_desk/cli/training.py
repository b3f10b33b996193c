"""Training: who holds which course, what runs out, who needs what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Common, Misused, common, lines, one_of

if TYPE_CHECKING:
    from bursar_desk.domain.training_matrix import Gap, Matrix
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training import CourseLine
    from bursar_desk.services.training_matrix import Cluster
    from bursar_desk.services.training_reminders import Group

training = typer.Typer(help="Training: who holds which course, what runs out, who needs what.")
Training = Annotated[str, typer.Argument(metavar="TRAINING", help="The first letters of its id, see “training list”.")]
School = Annotated[str | None, typer.Option("--school", metavar="URN", help="Another school held here.")]
Text = Annotated[str | None, typer.Option(metavar="T")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(training, name="training")


def _facts(one: CourseLine) -> dict[str, Any]:
    return {
        "training": one.id, "school": one.school, "person": one.person, "name": one.name, "course": one.course,
        "passed_on": one.passed_on, "printed": one.printed, "ends": one.ends, "provider": one.provider,
        "number": one.number, "assessor": one.assessor, "refresher": one.refresher, "note": one.note,
        "state": one.standing.state.value, "renew_from": one.standing.amber_from, "counts": one.counts,
        "status": one.words,
    }  # fmt: skip


def _school(desk: Desk, typed: str | None) -> bytes | None:
    return desk.find_school(typed) if typed else None


def which(desk: Desk, typed: str) -> bytes:
    """Return the course passed that was named by its id."""
    from bursar_desk.services import training as service

    return one_of(typed, [one.id for one in service.listing(desk)], "course passed", "training list")


@training.command("list")
def list_training(
    ctx: typer.Context,
    person: Annotated[str | None, typer.Option(metavar="PERSON", help="Of one person, earlier passes too.")] = None,
    course: Annotated[str | None, typer.Option(metavar="COURSE")] = None,
    school: School = None,
    every: Annotated[bool, typer.Option("--all", help="Also passes that a later one replaced.")] = False,
) -> Answer:
    """List courses people passed, and where each stands."""
    from bursar_desk.domain import words
    from bursar_desk.domain.courses import course_of
    from bursar_desk.services import training as service

    with common(ctx).reading() as desk:
        who = desk.find_person(person).id if person else None
        found = service.listing(desk, school=_school(desk, school), person=who)
    wanted = course_of(course).name if course else ""
    shown = [one for one in found if (every or person or one.counts) and wanted in ("", one.course)]
    rows = [
        f"{one.id.hex()[:20]}  {one.name:22} {one.course:28} passed {words.short_date(one.passed_on)}  {one.words}"
        for one in shown
    ]
    return Answer({"training": [_facts(one) for one in shown]}, lines(rows, "No course is written down yet."))


@training.command("show")
def show(ctx: typer.Context, which_one: Training) -> Answer:
    """Show one course passed, with its certificates and how long it counts."""
    from bursar_desk.domain import words
    from bursar_desk.domain.courses import course_of
    from bursar_desk.services import training as service

    with common(ctx).reading() as desk:
        one = service.get(desk, which(desk, which_one))
        papers = service.certificates(desk, one.id)
    told = [f"{one.name}: {one.course}. {one.words}.", f"Passed on {words.long_date(one.passed_on)}."]
    told += [f"{label}: {text}" for label, text in (
        ("Provider", one.provider), ("Number", one.number), ("Assessor", one.assessor), ("Note", one.note)) if text]
    told += [f"Certificate: {paper.title}" for paper in papers] or ["No certificate is kept."]
    told.append(course_of(one.course).words)
    documents = [{"evidence": paper.id, "title": paper.title, "number": paper.number} for paper in papers]
    return Answer({"training": _facts(one), "certificates": documents}, "\n".join(told))


@training.command("add")
def add(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON")],
    course: Annotated[str, typer.Argument(metavar="COURSE", help="Its name, a usual short name, or TRNG-01.")],
    passed: Annotated[str, typer.Option("--passed", metavar="DATE", help="The day it was passed.")],
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="Only if printed on the card.")] = None,
    provider: Text = None, number: Text = None, assessor: Text = None, note: Text = None,
    refresher: Annotated[bool, typer.Option("--refresher", help="A refresher of a course held already.")] = False,
    certificate: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="May be repeated.")] = None,
) -> Answer:  # fmt: skip
    """Write down a course somebody passed, with its certificate."""
    from bursar_desk.services import evidence
    from bursar_desk.services import training as service

    shared = common(ctx)
    on, ends = shared.day(passed, "--passed"), shared.day_or_none(expires, "--expires")
    with shared.desk() as desk:
        new = service.NewPass(
            desk.find_person(person).id, course, on, ends, provider or "", number or "", assessor or "",
            refresher=refresher, note=note or "",
        )  # fmt: skip
        kept = [evidence.keep(desk, path) for path in certificate or ()]
        one, changes = service.add(desk, new, certificate=kept)
    return Answer({"training": _facts(one), "act": changes.act}, f"{one.name}, {one.course}: {one.words}.")


@training.command("correct")
def correct(
    ctx: typer.Context, which_one: Training, course: Text = None, passed: Date = None, expires: Date = None,
    provider: Text = None, number: Text = None, assessor: Text = None, note: Text = None,
    refresher: Annotated[bool | None, typer.Option("--refresher/--whole", help="A refresher, or the course.")] = None,
    certificate: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="Keep another file with it.")] = None,
    never: Annotated[bool, typer.Option("--never-passed", help="Take it out: it stays in the history.")] = False,
) -> Answer:  # fmt: skip
    """Put right what was written of a course; an empty value takes it out."""
    from bursar_desk.services import evidence
    from bursar_desk.services import training as service

    shared = common(ctx)
    given = _given(shared, course=course, passed_on=passed, expires_on=expires, provider=provider, number=number,
                   assessor=assessor, note=note)  # fmt: skip
    if refresher is not None:
        given["refresher"] = refresher
    if not given and not never and not certificate:
        raise Misused("Say what to put right.", "Nothing was changed.", "For example --expires 2027-03-14.")
    with shared.desk() as desk:
        row = which(desk, which_one)
        if never:
            return Answer({"act": service.remove(desk, row).act}, "It counts for nothing now; the history keeps it.")
        act = None
        if certificate:
            act = service.attach(desk, row, [evidence.keep(desk, path) for path in certificate]).act
        if given:
            made, changes = service.correct(desk, row, given)
            row, act = made.id, changes.act
        one = service.get(desk, row)
    return Answer({"training": _facts(one), "act": act}, f"{one.name}, {one.course}: {one.words}.")


def _given(shared: Common, **typed: str | None) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, text in typed.items():
        if text is not None:
            is_day = name in ("passed_on", "expires_on")
            out[name] = (shared.day(text, f"--{name.split('_')[0]}") if text else None) if is_day else text
    return out


# --- who needs what --------------------------------------------------------------------------------------------------


def _gap(one: Gap) -> dict[str, Any]:
    return {
        "course": one.course, "person": one.person, "missing": one.missing, "words": one.words, "booked": one.booked,
    }  # fmt: skip


def _matrix(one: Matrix) -> dict[str, Any]:
    people = [
        {"person": member.id, "name": member.name, "role": member.role, "cells": [
            {"course": cell.course, "need": cell.need.value, "state": cell.code, "words": cell.words,
             "ends": cell.standing.ends, "booked": cell.booked, "training": cell.row}
            for course in one.courses if (cell := one.cell(member.id, course.course)).code
        ]}
        for member in one.members
    ]  # fmt: skip
    figures = [
        {"course": c.course, "held": c.held, "needed": c.needed, "soon": c.soon, "run_out": c.out, "booked": c.booked,
         "least": c.least, "next_end": c.next_end}
        for c in one.courses
    ]  # fmt: skip
    return {
        "on": one.day, "people": people, "courses": figures, "gaps": [_gap(gap) for gap in one.gaps],
        "warnings": [warning.words for warning in one.warnings],
    }  # fmt: skip


@training.command("matrix")
def matrix(
    ctx: typer.Context, school: School = None,
    every: Annotated[bool, typer.Option("--cluster", help="Every school held here, in counts.")] = False,
) -> Answer:  # fmt: skip
    """Show roles by courses: in date, due soon, run out, none or booked; of every school in counts."""
    from bursar_desk.services import training_matrix as service

    with common(ctx).reading() as desk:
        if every or (desk.is_office and school is None):
            return _cluster(service.cluster(desk))
        one = service.matrix(desk, _school(desk, school))
    told = []
    for member in one.members:
        told.append(f"{member.name}, {member.role}")
        cells = [one.cell(member.id, course.course) for course in one.courses]
        told += [f"    {cell.course:30} {cell.words}" for cell in cells if cell.words]
    told += ["", *(f"{course.course:34} {course.words}{' in date' if course.needed else ''}" for course in one.courses)]
    told += ["", *(warning.words for warning in one.warnings)] if one.warnings else []
    return Answer(_matrix(one), lines(told, "Nobody is entered here yet."))


def _cluster(found: Cluster) -> Answer:
    schools = [
        {"school": one.school, "name": one.name, "gaps": one.gaps, "planned": one.planned, "warnings": one.warnings,
         "courses": {name: {"held": c.held, "needed": c.needed, "soon": c.soon, "run_out": c.out}
                     for name, c in one.courses.items()}}
        for one in found.schools
    ]  # fmt: skip
    total = {name: {"held": held, "needed": needed} for name, (held, needed) in found.total.items()}
    rows = [f"{course:34} {held} of {needed}" for course, (held, needed) in found.total.items()]
    rows += [f"{one.name}: {one.gaps} to close, {one.planned} booked." for one in found.schools]
    facts = {"on": found.day, "schools": schools, "total": total}
    return Answer(facts, lines(rows, "No school’s people are held here yet."))


@training.command("gaps")
def gaps(ctx: typer.Context, school: School = None) -> Answer:
    """List what a school lacks, and where it comes down to its last holder."""
    from bursar_desk.services import training_matrix as service

    with common(ctx).reading() as desk:
        one = service.matrix(desk, _school(desk, school))
    facts = {"gaps": [_gap(gap) for gap in one.gaps], "warnings": [warning.words for warning in one.warnings]}
    rows = [*(warning.words for warning in one.warnings), *(gap.words for gap in one.gaps)]
    return Answer(facts, lines(rows, "Everybody has what they need."))


def _group(one: Group) -> dict[str, Any]:
    people = [
        {"training": who.training, "school": who.school, "person": who.person, "name": who.name, "ends": who.ends,
         "months": who.month}
        for who in one.people
    ]  # fmt: skip
    return {
        "course": one.course, "before": one.before, "run_out": one.out, "schools": one.schools, "people": people,
        "words": one.words,
    }  # fmt: skip


@training.command("reminders")
def reminders(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also what was told before.")] = False,
    told: Annotated[bool, typer.Option("--said", help="Note that they were told; they stay quiet then.")] = False,
) -> Answer:
    """Tell what is to be renewed 6, 3 and 1 months ahead, each once, grouped into bookings."""
    from bursar_desk.services import training_reminders as service

    with common(ctx).reading() as desk:
        found = service.groups(desk) if every else service.reached(desk)
        if told:
            service.said(desk, found)
    return Answer({"groups": [_group(one) for one in found]}, lines([one.words for one in found], "Nothing new."))


@training.command("need")
def need(
    ctx: typer.Context,
    role: Annotated[str, typer.Argument(metavar="[ROLE]", help="A role, anybody or everybody; none: the list.")] = "",
    course: Annotated[str, typer.Argument(metavar="[COURSE]")] = "",
    asked: Annotated[str, typer.Argument(metavar="[NEED]", help="required, advised or no.")] = "",
    least: Annotated[int | None, typer.Option(metavar="N", help="So many of the role are enough.")] = None,
    why: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Say which course a role needs at our school; without words it lists what every role needs."""
    from bursar_desk.services import training_matrix as service

    shared = common(ctx)
    if not role:
        with shared.reading() as desk:
            found = service.needs(desk)
        rows = [f"{one.words}{' Decided here.' if one.own else ''}" for one in found]
        facts = [{"role": one.role, "course": one.course, "need": one.need.value, "least": one.least, "why": one.why,
                  "own": one.own} for one in found]  # fmt: skip
        return Answer({"needs": facts}, "\n".join(rows))
    if not course or not asked:
        raise Misused("Say the role, the course and how it is needed.", "Nothing was changed.",
                      "For example: training need caretaker “Manual handling” required.")  # fmt: skip
    with shared.desk() as desk:
        made, changes = service.need(desk, role, course, asked, least=least, why=why)
    facts_of = {"role": made.role, "course": made.course, "need": made.need.value, "least": made.least}
    return Answer({"need": facts_of, "act": changes.act}, made.words)
