"""The first start: six steps to a school that is set up, stopped and gone on with at will."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk import machine
from bursar_desk.services import first_run as service
from bursar_desk.ui.frame import app_icon
from bursar_desk.ui.jobs import Job
from bursar_desk.ui.pages.first_run_join import JoinPane
from bursar_desk.ui.pages.first_run_parts import CountsPane, StepList, saved_line
from bursar_desk.ui.pages.first_run_steps import (
    BuildingsStep,
    SafetyStep,
    SchoolStep,
    Step,
    TeamStep,
    WelcomeStep,
    YouStep,
)
from bursar_desk.ui.widgets import Button, MessageStrip, ProgressCard, announce, ground, hline, vline
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.first_run import Finished

SIZE = (1366, 768)


class FirstRun(QWidget):
    """A window of its own. ``finished(Path)`` names the register to open."""

    finished = Signal(object)
    stopped = Signal()

    def __init__(self, clock: Clock):
        super().__init__()
        self.setWindowTitle("Bursar Desk")
        self.setWindowIcon(app_icon())
        self.resize(*SIZE)
        ground(self, "bg")
        self.clock = clock
        self.draft = service.load()
        self.sheet = service.new_sheet()
        self.files = FileAsk(self)
        self.done: Finished | None = None
        self._build()
        self.go(self.draft.step)

    # --- the window ---

    def _build(self) -> None:
        self.steps = StepList("Setting up your school", service.STEPS)
        self.counts = CountsPane()
        self.welcome, self.school = WelcomeStep(self.draft), SchoolStep(self.draft)
        self.buildings, self.you = BuildingsStep(self.draft), YouStep(self.draft)
        self.safety, self.team = SafetyStep(self.draft, self.sheet), TeamStep(self.draft)
        self.pages: tuple[Step, ...] = (
            self.welcome, self.school, self.buildings, self.you, self.safety, self.team,
        )  # fmt: skip
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
            page.changed.connect(self._changed)
        self.welcome.picked.connect(self._picked)
        self.safety.folder_wanted.connect(self._choose_folder)
        self.safety.print_wanted.connect(self._print)
        self.join = JoinPane(self.clock)
        self.join.left.connect(lambda: self.go(0))
        self.join.joined.connect(self.finished.emit)
        self.stack.addWidget(self.join)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        self.strip = MessageStrip("overdue", "")
        self.strip.hide()
        middle.addWidget(self.strip)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self._foot())
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.steps)
        across.addWidget(vline())
        across.addLayout(middle, 1)
        self._edge = vline()
        across.addWidget(self._edge)
        across.addWidget(self.counts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across, 1)
        column.addWidget(hline())
        column.addWidget(saved_line())

    def _foot(self) -> QWidget:
        self.foot = QFrame()
        ground(self.foot, "bg")
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hline())
        line = QHBoxLayout()
        line.setContentsMargins(48, 20, 48, 20)
        line.setSpacing(12)
        self.back_button = Button("Back", on_click=self.back)
        self.stop_button = Button("Stop and finish later", "text", on_click=self.close)
        self.next_button = Button("Continue", "filled", on_click=self.forward)
        line.addWidget(self.back_button)
        line.addStretch()
        line.addWidget(self.stop_button)
        line.addWidget(self.next_button)
        column.addLayout(line)
        return self.foot

    # --- going about ---

    @property
    def page(self) -> Step:
        """The step shown."""
        return self.pages[self.draft.step]

    def go(self, step: int) -> None:
        """Show a step."""
        self.draft.step = step
        self._say("")
        show_only(self.stack, self.page)
        self.foot.setVisible(step > 0)
        self.next_button.set_words("Finish" if step == len(self.pages) - 1 else "Continue")
        self.steps.set_step(step, service.MINUTES_LEFT[step])
        wide = self.page is self.buildings
        self.counts.setVisible(wide)
        self._edge.setVisible(wide)
        if self.page is self.team:
            self.team.allow_pins(bool(self.you.pin.text().strip()))
        self.page.enter()
        self._save()
        announce(self, f"Step {step + 1} of {len(self.pages)}: {service.STEPS[step]}")

    def back(self) -> None:
        """Go back; what was typed stays."""
        self.page.keep()
        self.go(max(self.draft.step - 1, 0))

    def forward(self) -> None:
        """Go on, or finish after the last step."""
        self.page.keep()
        if self.page.problems():
            return
        if self.draft.step < len(self.pages) - 1:
            self.go(self.draft.step + 1)
        else:
            self._finish()

    def _picked(self, way: str) -> None:
        if way == "set up":
            self.go(1)
        elif way == "join":
            self.foot.hide()
            show_only(self.stack, self.join)
            self.join.enter()
        else:
            self._practise()

    def _changed(self) -> None:
        if self.page is self.buildings:
            self.counts.show_counts(service.counts(self.draft))
        self._save()

    def _save(self) -> None:
        try:
            service.save(self.draft)
        except OSError:
            self._say("Your answers could not be kept on this computer.", "Carry on to the end in one go.")

    def _say(self, title: str, text: str = "") -> None:
        self.strip.setVisible(bool(title))
        if title:
            self.strip.set_text(title, text)

    # --- the safety net ---

    def _choose_folder(self) -> None:
        def chosen(folder: Path) -> None:
            self.draft.backup = str(folder)
            self.safety.show_folder()
            self._save()

        start = Path(self.draft.backup) if self.draft.backup else Path.home()
        self.files.open_folder("Where the second copy goes", start, chosen)

    def _print(self) -> None:
        name = machine.safe_file_name(f"Recovery sheet, {self.draft.name}.pdf")
        self.files.save("Save the recovery sheet to print it", Path.home() / name, PDF_FILES, self._printed)

    def _printed(self, path: Path) -> None:
        from bursar_desk.ui.jobs import PAPER

        sheet, draft, clock = self.sheet, self.draft, self.clock
        job = Job(self, lambda _steps: service.print_sheet(sheet, draft, path, clock), lane=PAPER)
        said = "Print it, put the paper in the safe, then delete the file."
        job.on_done(lambda _path: self._show_sheet(path, said)).on_error(self._problem).start()

    def _show_sheet(self, path: Path, said: str) -> None:
        self.strip.set_tone("ok")
        self._say(f"{path.name} is saved.", said)

    def _problem(self, problem: UserError) -> None:
        self.strip.set_tone("overdue")
        self._say(problem.title, f"{problem.safe} {problem.remedy}".strip())
        self._busy(None)

    # --- the end ---

    def _busy(self, text: str | None) -> None:
        for button in (self.back_button, self.stop_button, self.next_button):
            button.setEnabled(text is None)
        if text is not None:
            self.strip.set_tone("info")
            self._say(text)

    def _finish(self) -> None:
        pins = self.team.pins()
        if self.you.pin.text().strip():
            pins[self.draft.manager] = self.you.pin.text()
        draft, sheet, clock = self.draft, self.sheet, self.clock
        self._busy("Setting up your school…")

        def work(steps: Progress) -> Finished:
            return service.finish(draft, sheet, clock, pins, steps)

        Job(self, work).on_done(self._finished).on_error(self._problem).start()

    def _finished(self, done: Finished) -> None:
        self.done = done
        self.finished.emit(done.register)

    def _practise(self) -> None:
        on = self.clock.today()

        def work(steps: Progress) -> Path:
            from bursar_desk.services.practice_set import practice_desk

            return practice_desk(on, steps).home

        job = Job(self, work)
        card = ProgressCard("Making a practice school", job.stop, "Stop", "This takes a minute or two, once.")
        self.welcome.put(card)
        self.welcome.allow(on=False)

        def over() -> None:
            card.hide()
            card.deleteLater()
            self.welcome.allow(on=True)

        def trouble(problem: UserError) -> None:
            over()
            self._problem(problem)

        job.on_progress(card.set_progress).on_done(self.finished.emit).on_stopped(over).on_error(trouble).start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window stops; the answers stay."""
        if self.done is None:
            self.page.keep()
            self._save()
        self.stopped.emit()
        super().closeEvent(event)
