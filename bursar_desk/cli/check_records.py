"""Recording checks by command: done, done at several points, corrected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import Check, School, check, defect, past_entry, school_of
from bursar_desk.cli.frame import Answer, Misused, common, lines, minutes, one_of
from bursar_desk.domain.checks import NotDoneReason, Outcome
from bursar_desk.domain.errors import Refused

if TYPE_CHECKING:
    from bursar_desk.domain.steps import Step
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import Doing, PointResult, Recorded

Done = Annotated[str, typer.Option(metavar="DATE", help="When it was done.")]
Ended = Annotated[Outcome, typer.Option(help="How it ended.")]
By = Annotated[str | None, typer.Option(metavar="PERSON", help="Who did it; else whoever acts.")]
At = Annotated[str | None, typer.Option(metavar="HH:MM", help="The time of day.")]
Readings = Annotated[list[str] | None, typer.Option("--reading", metavar="K=V", help="An answer; may be given again.")]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--evidence", metavar="FILE", help="A paper or photo: it is copied into the register. Again for more."
    ),
]
SecondBy = Annotated[str, typer.Option(metavar="PERSON", help="Who looked at it as well.")]
Declared = Annotated[str, typer.Option(metavar="WORDS", help="What the second person declares.")]


@check.command("record")
def record(
    ctx: typer.Context,
    which: Check,
    done: Done,
    outcome: Ended,
    by: By = None,
    at: At = None,
    reading: Readings = None,
    point: Annotated[str, typer.Option(help="Which call point, outlet or extinguisher.")] = "",
    note: Annotated[str, typer.Option(metavar="T")] = "",
    printed: Annotated[str | None, typer.Option(metavar="DATE", help="The next date printed on the report.")] = None,
    evidence: Files = None,
    number: Annotated[str, typer.Option(help="The number on the paper.")] = "",
    awaited: Annotated[bool, typer.Option("--evidence-awaited", help="The paper is still to come.")] = False,
    on_behalf: Annotated[str, typer.Option(metavar="PERSON", help="For whom it was written down.")] = "",
    fault: Annotated[str | None, typer.Option(metavar="TITLE", help="A fault that was found.")] = None,
    risk: Annotated[str, typer.Option(help="Of the fault: danger, high, medium or low.")] = "medium",
    second_by: SecondBy = "",
    declared: Declared = "",
    retest: Annotated[bool, typer.Option("--retest", help="A second test after a fail; the dates stay.")] = False,
    took: Annotated[int | None, typer.Option(metavar="MINUTES", min=0, help="How long it took.")] = None,
    missed: Annotated[NotDoneReason | None, typer.Option(help="Why the days before were missed.")] = None,
) -> Answer:
    """Record that a check was done. A fail opens a fault by itself."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    if risk not in ("danger", "high", "medium", "low"):
        raise Misused(f"“{risk}” is not a risk.", remedy="Use danger, high, medium or low.")
    files = _files(evidence)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        doing = recording.Doing(
            line, shared.day(done, "--done"), by or desk.who, outcome.value, minute=minutes(at, "--at") if at else None,
            point=point, readings=_readings(desk, line, reading), note=note,
            printed=shared.day_or_none(printed, "--printed"), evidence="awaited" if awaited else "none",
            on_behalf=on_behalf, defect=recording.NewDefect(fault, risk, note) if fault else None,
            second_by=second_by, declared=declared, retest=retest, minutes=took, number=number,
            missed_reason=missed.value if missed else "",
        )  # fmt: skip
        return _answer(desk, recording.record(desk, _with_files(desk, doing, files)), line)


def _files(given: list[Path] | None) -> tuple[Path, ...]:
    for one in given or ():
        if not one.is_file():
            raise Refused(f"There is no file called {one.name}.", "Nothing was changed.", "Check the name.")
    return tuple(given or ())


def _with_files(desk: Desk, doing: Doing, files: tuple[Path, ...]) -> Doing:
    """Files are copied into the register; under a cover pack their names and fingerprints go back with the record."""
    from dataclasses import replace

    from bursar_desk.services import recording

    if not files or not desk.is_guest:
        return replace(doing, files=files)
    named = ", ".join(f"{one.name} {recording.evidence_print(one)}" for one in files)
    return replace(doing, evidence="held", evidence_ref=named)


def _answer(desk: Desk, made: Recorded, line: bytes) -> Answer:
    from bursar_desk.services import checks
    from bursar_desk.services.recording_history import history

    detail = checks.detail(desk, line)
    kept = [past_entry(one) for one in history(desk, line) if one.id in made.records]
    faults = [defect(one) for one in detail.defects if one.id in made.defects]
    named = {"check": line, "code": detail.line.code}
    facts = {
        "record": kept[0] | named, "records": [one | named for one in kept], "next_due": made.next_due,
        "because": made.because, "defects": faults, "out_of_range": made.wrong, "told": made.told,
        "documents": made.documents, "act": made.changes.act,
    }  # fmt: skip
    wrong = " ".join(f"{one} Report it with --fault." for one in made.wrong)
    return Answer(facts, " ".join(part for part in (made.sentence, wrong, *made.told, made.because) if part))


def _readings(desk: Desk, line: bytes, typed: list[str] | None) -> tuple[dict[str, Any], ...]:
    from bursar_desk.domain.steps import parse_steps
    from bursar_desk.services import checks

    steps = parse_steps(checks.detail(desk, line).readings)
    return tuple(_reading(one, steps) for one in typed or ())


_YES, _NO = ("yes", "y", "pass", "ok", "true"), ("no", "n", "fail", "false")


def _reading(typed: str, steps: tuple[Step, ...]) -> dict[str, Any]:
    """Read ``Flow=61.5`` as tenths with the unit the check gives it, ``Bell heard=yes`` as a tick."""
    from bursar_desk.domain.steps import Step, StepKind, kept, named, read_number

    name, equals, said = (part.strip() for part in typed.partition("="))
    step = named(steps, name) or Step(name)
    answer: object = said if said and step.kind in (StepKind.TEXT, StepKind.CHOICE) else None
    if step.kind is StepKind.CHOICE and step.choices:
        answer = next((one for one in step.choices if one.casefold() == said.casefold()), None)
    if step.kind is StepKind.TICK:
        answer = said.casefold() in _YES if said.casefold() in (*_YES, *_NO) else None
    if step.numeric:
        answer = read_number(said)
    if not (equals and name) or answer is None:
        how = {StepKind.TICK: f"{name}=yes or {name}=no", StepKind.CHOICE: f"one of {', '.join(step.choices)}"}
        raise Misused(
            f"“{typed}” is not a reading.", "Nothing was changed.",
            f"Type it like {how.get(step.kind, 'Flow=61.5, with one decimal at most')}.",
        )  # fmt: skip
    made = kept(step, answer)
    return made if made.get("unit") or "value" not in made else {k: v for k, v in made.items() if k != "unit"}


@check.command("items")
def items(
    ctx: typer.Context,
    which: Check,
    done: Annotated[str | None, typer.Option(metavar="DATE", help="Record them as done on this day.")] = None,
    except_: Annotated[
        list[str] | None,
        typer.Option("--except", metavar="POINT=OUTCOME", help="All passed but this; may be given again."),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="POINT", help="Only these; may be given again.")] = None,
    note: Annotated[str, typer.Option(metavar="T")] = "",
    by: By = None,
    second_by: SecondBy = "",
    declared: Declared = "",
    school: School = None,
) -> Answer:
    """List the points of a check and which are done; with --done record them, all passed except those named."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    if done is None:
        if except_ or only:
            raise Misused("--except and --only go with --done.", "Nothing was changed.", "Say when: --done 2027-03-26.")
        with shared.reading() as desk:
            return _listed(desk, checks.find(desk, which, school_of(desk, school)))
    with shared.desk() as desk:
        line = checks.find(desk, which)
        results = _results(checks.detail(desk, line).points, except_ or [], only)
        doing = recording.Doing(
            line, shared.day(done, "--done"), by or desk.who, Outcome.SATISFACTORY.value, note=note,
            second_by=second_by, declared=declared,
        )  # fmt: skip
        return _answer(desk, recording.record_points(desk, doing, results), line)


def _listed(desk: Desk, line: bytes) -> Answer:
    from bursar_desk.services import checks

    found = checks.detail(desk, line)
    progress = found.progress
    done = progress.done if progress is not None else frozenset()
    rows = [f"{'done' if one in done else '':5} {one}" for one in found.points]
    said = f"{progress.words} done." if progress is not None else ""
    if not said and found.line.next_point:
        said = f"{found.line.next_point} is next in turn of {len(found.points)}."
    facts = {
        "check": line, "code": found.line.code, "points": [{"point": one, "done": one in done} for one in found.points],
        "done": len(done), "of": len(found.points), "next_point": found.line.next_point,
    }  # fmt: skip
    return Answer(facts, f"{lines(rows, 'It has no points.')}\n{said}".rstrip())


def _results(points: tuple[str, ...], except_: list[str], only: list[str] | None) -> list[PointResult]:
    from bursar_desk.services.recording import PointResult

    other: dict[str, str] = {}
    for typed in except_:
        point, equals, outcome = (part.strip() for part in typed.rpartition("="))
        if not equals or outcome not in (*Outcome, "not_done"):
            raise Misused(f"“{typed}” is not a point and how it ended.", remedy="Type it like “Door 3=unsatisfactory”.")
        other[point] = outcome
    named = [_point(points, one) for one in only] if only else list(points)
    other = {_point(points, one): outcome for one, outcome in other.items()}
    return [
        PointResult(one, other.get(one, Outcome.SATISFACTORY.value)) for one in named if other.get(one) != "not_done"
    ]


def _point(points: tuple[str, ...], typed: str) -> str:
    found = [one for one in points if one.casefold() == typed.strip().casefold()]
    if not found:
        raise Refused(f"“{typed}” is not one of its points.", "Nothing was changed.", f"Use: {', '.join(points)}.")
    return found[0]


@check.command("correct")
def correct(
    ctx: typer.Context,
    which: Check,
    entry: Annotated[str, typer.Argument(metavar="RECORD", help="Its id, from “check history”.")],
    why: Annotated[str, typer.Option(help="Why it is put right.")],
    done: Annotated[str | None, typer.Option(metavar="DATE", help="The day it was really done.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="How it really ended.")] = None,
    by: By = None,
    reading: Readings = None,
    point: Annotated[str | None, typer.Option(help="Which call point, outlet or extinguisher.")] = None,
    note: Annotated[str | None, typer.Option(metavar="T")] = None,
) -> Answer:
    """Put a record right: a new one takes its place, and the first stays in the history."""
    from bursar_desk.services import checks, recording
    from bursar_desk.services.recording_history import DONE, history

    shared = common(ctx)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        past = {one.id: one for one in history(desk, line) if one.what == DONE}
        first = past[one_of(entry, list(past), "record", "check history")]
        written = recording.as_written(line, first)
        doing = replace(
            written, done=shared.day(done, "--done") if done else first.on, by=by or first.by,
            outcome=outcome.value if outcome else first.outcome, point=first.point if point is None else point,
            readings=_readings(desk, line, reading) if reading else first.readings,
            note=first.note if note is None else note,
        )  # fmt: skip
        return _answer(desk, recording.correct(desk, first.id, doing, why), line)
