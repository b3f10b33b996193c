"""Which courses a school says its roles need, and which its checks ask of whoever does them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class RoleCourseRow:
    """What a school decided for a role and a course; ``need`` is "required", "advised" or "no"."""

    id: bytes
    school: bytes
    name: str
    role: str
    course: str
    need: str
    least: int
    why: str
    said_by: str


def role_courses(con: Connection, school: bytes | None = None) -> list[RoleCourseRow]:
    """Return what schools decided, in the order of their names."""
    t = derived.table("role_course")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.name, t.c.id))
    return [
        RoleCourseRow(
            r.id, r.school, r.name or "", r.role or "", r.course or "", r.need or "", max(0, r.least or 0), r.why or "",
            r.said_by or "",
        )
        for r in found
        if r.role and r.course
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DoesRow:
    """Somebody does a check that asks for a course."""

    school: bytes
    person: bytes
    course: str


def does(con: Connection, school: bytes | None = None) -> list[DoesRow]:
    """Return who does a check that asks for a course, of checks that apply."""
    t = derived.table("school_check")
    wanted = (t.c.applies == "yes", t.c.skill.is_not(None), t.c.doer.is_not(None))
    asked = with_school(t).where(of_school(t, school), *wanted)
    return [DoesRow(r.school, r.doer, r.skill) for r in rows(con, asked) if r.skill]


def with_early_years(con: Connection) -> set[bytes]:
    """Return the schools that said they look after children under five."""
    t = derived.table("feature")
    return {r.school for r in rows(con, with_school(t).where(t.c.code == "early_years", t.c.answer == "yes"))}
