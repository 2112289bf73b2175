"""The window of the set-up: the sheet of the program itself, alone. Runs effects; decides nothing."""

from pathlib import Path

from station.device.addresses import plugged_in
from station.flow.facts import Fact, Pressed
from station.qt import QColor, QFileDialog, QPalette, QResizeEvent, Qt, QWidget, pyqtSignal
from station.settings import SettingsError, save
from station.setup import flow
from station.setup.entries import Draft
from station.setup.trials import Trials
from station.view.sheet import SheetView
from station.view.theme import LEAST_PX, look_for


class SetUpWindow(QWidget):
    """`take` a fact, draw what follows. `draft` is what was kept, once it was."""

    posted = pyqtSignal(object)

    def __init__(self, folder: Path, draft: Draft, undelivered: int = 0) -> None:
        super().__init__()
        self.draft: Draft | None = None
        self._folder = folder
        self.state = flow.begin(draft, plugged_in(), undelivered)
        self.trials = Trials(self.post)
        self.sheet = SheetView(self.take, self)
        self.posted.connect(self.take, Qt.QueuedConnection)  # type: ignore[call-arg]  # unknown to the stubs
        self.setWindowTitle("NeuroHub")
        self.setMinimumSize(*LEAST_PX)
        self.setAttribute(Qt.WA_InputMethodEnabled, on=False)
        self.setAutoFillBackground(True)

    def post(self, fact: Fact) -> None:
        """Take `fact` soon; from any thread."""
        self.posted.emit(fact)

    def take(self, fact: Fact) -> None:
        self.state, effects = flow.advance(self.state, fact)
        for effect in effects:
            self._do(effect)
        self.draw()

    def draw(self) -> None:
        values = self.state.values
        look = look_for(values["theme"], self.width(), self.height(), values["text"])
        palette = self.palette()
        palette.setColor(QPalette.Window, QColor(look.theme.ground))
        self.setPalette(palette)
        self.sheet.draw(flow.show(self.state), look)
        self.sheet.setGeometry(self.rect())

    def press(self, hotkey: str) -> bool:
        """Do what the key `hotkey` does on this page; return whether it does anything."""
        key = next((each.key for each in flow.show(self.state).buttons if each.hotkey == hotkey), None)
        if key is not None:
            self.take(Pressed(key=key))
        return key is not None

    def _do(self, effect: flow.Effect) -> None:
        match effect:
            case flow.Try():
                self.trials.start(effect)
            case flow.Pick(name, is_folder):
                path = self._pick(is_folder=is_folder)
                if path:
                    self.post(flow.Picked(name=name, path=path))
            case flow.Save(draft):
                self._save(draft)
            case flow.Leave():
                self.close()

    def _save(self, draft: Draft) -> None:
        try:
            save(self._folder, draft.settings)
        except (OSError, SettingsError) as error:
            self.take(flow.NotKept(why=str(error)))
            return
        self.draft = draft
        self.close()

    def _pick(self, *, is_folder: bool) -> str:
        if is_folder:
            return QFileDialog.getExistingDirectory(self)
        return QFileDialog.getOpenFileName(self, filter="PEM (*.pem *.crt *.cer);;* (*)")[0]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt names what it calls)
        super().resizeEvent(event)
        self.draw()
