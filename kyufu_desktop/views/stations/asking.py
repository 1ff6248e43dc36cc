"""Shows a dialog and writes what it holds; a refused field brings it back with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.form_dialog import FormDialog

Work = Callable[[], Changes]


def plainly(work: Work, _: Progress) -> Changes:
    """A write that is over too soon to show progress."""
    return work()


class Asking:
    """For one station. ``ask`` shows what ``make`` gives and writes what ``work_of`` makes of it.

    The station's ``show_problem`` hands an :class:`InputProblem` to :meth:`again`, which knows the dialog it came from.
    """

    def __init__(self, station: Station) -> None:
        self._station = station
        self._typed: dict[str, str] = {}
        self._last: tuple[Callable[[], FormDialog], Callable[[FormDialog], Work]] | None = None

    def ask(self, make: Callable[[], FormDialog], work_of: Callable[[FormDialog], Work], problem: InputProblem | None = None) -> None:
        dialog = make()
        if problem is not None:
            dialog.retype(self._typed)
            dialog.show_problem(problem)
        if not present(dialog):
            self._typed = {}
            return
        self._typed, self._last = dialog.typed(), (make, work_of)
        self._station.lane.write(self._station, partial(plainly, work_of(dialog)), self._written, title="書き込んでいます")

    def _written(self, _: Changes) -> None:
        self._typed, self._last = {}, None

    def again(self, problem: InputProblem) -> bool:
        """The same dialog once more, with the problem beside its field; False where the problem is of another one."""
        if self._last is None or problem.field not in self._typed:
            return False
        make, work_of = self._last
        self._last = None
        self.ask(make, work_of, problem)
        return True
