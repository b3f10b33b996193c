"""Due dates over a year, the calendar file that moves and takes back, reminders that speak once, the week's message."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import unquote

import pytest
from icalendar import Calendar

from bursar_desk.domain.errors import UserError
from bursar_desk.services import calendar_feed, calendar_view, digest, recording, reminders
from bursar_desk.services.due_dates import due_dates
from tests.services.commands_kit import run
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Alarm weekly, lift in a week, emergency lights late, extinguishers without a record."""
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.add("LIFT-01")
    made.add("FIRE-08")
    made.add("FIRE-11")
    made.done("FIRE-04", day(2026, 11, 16), by=TERRY)
    made.done("LIFT-01", day(2026, 5, 27), by="Examiner")
    made.done("FIRE-08", day(2025, 10, 1), by="Engineer")
    return made


def events(path: Path) -> dict[str, dict[str, object]]:
    """The events of a file by their id, with what a calendar shows of them."""
    read = Calendar.from_ical(path.read_bytes())
    return {
        str(one["uid"]): {
            "title": str(one["summary"]), "day": one["dtstart"].dt, "number": int(one["sequence"]),
            "status": str(one["status"]), "alarms": sorted(a["trigger"].dt for a in one.walk("VALARM")),
        }
        for one in read.walk("VEVENT")
    }  # fmt: skip


def test_every_date_of_a_stretch_is_there_once_with_late_and_unknown_ones_today(small: Small) -> None:
    with small.desk(write=True) as desk:
        found = due_dates(desk, FRIDAY, FRIDAY + dt.timedelta(days=28))
    told = [(one.line.code, one.day, one.state) for one in found]
    assert [one for one in told if one[0] == "FIRE-08"] == [("FIRE-08", FRIDAY, "late")]
    assert [one for one in told if one[0] == "FIRE-11"] == [("FIRE-11", FRIDAY, "unknown")]
    assert [one[1] for one in told if one[0] == "LIFT-01"] == [day(2026, 11, 27)]
    assert [one[1] for one in told if one[0] == "FIRE-04"] == [
        day(2026, 11, 23), day(2026, 11, 30), day(2026, 12, 7), day(2026, 12, 14),
    ]  # fmt: skip
    assert len(told) == len(set(told))


def test_a_month_and_a_year_hold_the_same_dates_as_the_list(small: Small) -> None:
    with small.desk(write=True) as desk:
        month = calendar_view.month(desk, FRIDAY)
        year = calendar_view.year(desk, FRIDAY)
        listed = due_dates(desk, day(2026, 11, 1), day(2027, 10, 31))
    assert len(month.days) == 42
    assert month.days[0].day.weekday() == 0
    by_day = {one.day: one for one in month.days}
    assert [one.line.code for one in by_day[day(2026, 11, 27)].due] == ["LIFT-01"]
    assert by_day[FRIDAY].worst == "late"
    assert by_day[day(2026, 11, 23)].routine[0].line.code == "FIRE-04"
    assert sum(len(one.due) + len(one.routine) for part in year for one in part.days) == len(listed)
    assert sum(part.due for part in year) == sum(not one.routine for one in listed)


def test_a_calendar_file_keeps_its_events_moves_them_and_takes_back_what_was_done(small: Small, tmp_path: Path) -> None:
    target = tmp_path / "school.ics"
    with small.desk(write=True) as desk:
        first = calendar_feed.write(desk, target)
        before = events(target)
        calendar_feed.write(desk, target)
        assert events(target) == before, "the same dates are the same events with the same numbers"
        assert first.figures["dates"] == str(len(before))
        lift = next(uid for uid, one in before.items() if one["title"] == "Lift examination")
        assert before[lift]["day"] == day(2026, 11, 27)
        assert before[lift]["alarms"] == [dt.timedelta(days=-n, hours=8) for n in (84, 28, 7)]
        recording.record(
            desk,
            recording.Doing(small.checks["LIFT-01"], FRIDAY, "Examiner", "satisfactory", evidence="awaited"),
        )
        again = calendar_feed.write(desk, target)
    after = events(target)
    assert after[lift]["status"] == "CANCELLED"
    assert after[lift]["number"] == 1
    assert again.figures["taken back"] == "3", "what followed from the old date goes with it"
    fresh = [one for uid, one in after.items() if uid not in before and one["title"] == "Lift examination"]
    assert fresh[0]["day"] == day(2027, 4, 9), "planned for the holiday before Thursday 20 May 2027"
    with small.desk(write=True) as desk:
        calendar_feed.write(desk, target)
    assert events(target)[lift]["number"] == 1, "taken back once is enough"


def test_a_calendar_file_names_nobody_and_is_refused_another_ending(small: Small, tmp_path: Path) -> None:
    with small.desk(write=True) as desk:
        calendar_feed.write(desk, tmp_path / "all.ics", routine=True)
        text = (tmp_path / "all.ics").read_text("utf-8").replace("\r\n ", "")
        assert not any(name in text for name in (TERRY, DAWN, "Walsh"))
        assert "Fire alarm" in text
        with pytest.raises(UserError, match=r"ends in \.ics"):
            calendar_feed.write(desk, tmp_path / "all.txt")
        calendar_feed.write(desk, tmp_path / "terry.ics", routine=True, person=small.people[TERRY])
    assert {one["title"] for one in events(tmp_path / "terry.ics").values()} == {"Fire alarm test"}
    assert not (tmp_path / "all.txt").exists()


def test_each_lead_time_speaks_once_and_a_date_that_moves_speaks_again(small: Small) -> None:
    with small.desk(write=True) as desk:
        first = reminders.reached(desk)
        assert [(one.title, one.lead, one.days) for one in first] == [("Lift examination", 7, 7)]
        assert "Friday 27 November 2026, in 7 days" in first[0].words
        reminders.said(desk, first)
        assert reminders.reached(desk) == ()
        recording.record(
            desk,
            recording.Doing(small.checks["LIFT-01"], FRIDAY, "Examiner", "satisfactory", evidence="awaited"),
        )
    with small.desk(day(2027, 3, 1), write=True) as desk:
        later = [one for one in reminders.reached(desk) if one.title == "Lift examination"]
        assert "the last day for it is Thursday 20 May 2027." in later[0].words
        assert [(one.lead, one.due) for one in later] == [(84, day(2027, 4, 9))], "the new date begins anew"
        reminders.said(desk, later)
    with small.desk(day(2027, 3, 15), write=True) as desk:
        later = [one for one in reminders.reached(desk) if one.title == "Lift examination"]
        assert [one.lead for one in later] == [28]


def test_lead_times_are_the_schools_own_choice(small: Small) -> None:
    with small.desk(write=True) as desk:
        reminders.choose_leads(desk, [3, 10])
        assert reminders.leads(desk) == (10, 3)
        assert [one.lead for one in reminders.reached(desk)] == [10]
        reminders.choose_leads(desk, [])
        assert reminders.reached(desk) == ()
        with pytest.raises(UserError, match="1 to 400 days"):
            reminders.choose_leads(desk, [0])


def test_the_weeks_message_tells_late_first_and_what_the_head_should_see(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = digest.digest(desk)
        of_terry = digest.digest(desk, person=small.people[TERRY])
    assert made.subject == "Checks, 20 Nov 2026: 1 late, 0 in seven days"
    assert made.text.index("Late (1)") < made.text.index("When was it last done? (1)") < made.text.index("weeks after")
    assert len(made.to_head) == 1
    assert "days late" in made.to_head[0]
    assert "Lift examination" in made.text
    assert "Lift examination" not in of_terry.text
    assert "1 daily or weekly check: see the round sheet." in of_terry.text
    link = made.mail_link
    assert len(link) < 2200
    assert unquote(link.partition("&body=")[2]) == made.text


def test_what_did_not_pass_stands_in_the_message_although_its_next_date_is_far(small: Small) -> None:
    small.done("LIFT-01", FRIDAY, by="Examiner", outcome="unsatisfactory")
    with small.desk(write=True) as desk:
        made = digest.digest(desk)
        of_terry = digest.digest(desk, person=small.people[TERRY])
    assert made.subject == "Checks, 20 Nov 2026: 1 late, 1 did not pass, 0 in seven days"
    part = made.text.partition("Did not pass, and not put right (1)")[2]
    assert part.startswith("\n- Lift examination"), made.text
    assert "Did not pass" not in of_terry.text


def test_a_register_without_checks_never_says_that_nothing_is_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    with Small.found(tmp_path).desk(write=True) as desk:
        text = digest.digest(desk).text
    assert "Nothing is late" not in text
    assert "No checks are in this register yet." in text


def test_a_long_message_is_cut_at_a_line_in_the_mail_link() -> None:
    text = "\n".join(f"- Check number {n}, somebody: Friday 20 November" for n in range(200))
    made = digest.Digest("Checks", text, 0, 0, ())
    body = unquote(made.mail_link.partition("&body=")[2])
    kept, _, said = body.rpartition("\n")
    assert said == "(cut short: copy the whole text instead)"
    assert text.startswith(kept)
    assert text[len(kept)] == "\n"


def test_the_commands_say_the_same(small: Small, tmp_path: Path) -> None:
    on = FRIDAY.isoformat()
    made = run("ics", tmp_path / "x.ics", register=small.path, on=on)
    assert (made.code, made.facts["dates"]) == (0, len(events(tmp_path / "x.ics")))
    week = run("week", register=small.path, on=on)
    assert week.facts["late"] == 1
    assert week.facts["text"].startswith("Oakfield Primary School")
    assert [one["lead"] for one in run("reminders", "--seen", register=small.path, on=on).facts["reminders"]] == [7]
    assert run("reminders", register=small.path, on=on).facts["reminders"] == []
    assert run("reminders", "--days", 30, register=small.path, on=on).facts["days_ahead"] == [30]
    assert run("ics", tmp_path / "x.pdf", register=small.path, on=on).code == 3
