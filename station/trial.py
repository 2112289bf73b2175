"""The station without hardware (`--simulate`): virtual devices, and a panel to press them. Not for real work.

The panel stands beside the window; all it does goes the way of a real device. Composed by the app.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from neurohub.contract.enums import Result
from station import sample
from station.device.simulate.gauge import VirtualGauge
from station.device.simulate.printer import Fault, VirtualPrinter
from station.device.simulate.rig import VirtualRig
from station.device.simulate.scanner import VirtualScanner
from station.flow.facts import Post
from station.qt import QGridLayout, QLabel, QLineEdit, QPushButton, Qt, QWidget

LABEL_S = 0.3
PRESETS = (  # for a hand without a card; the units are those of the made-up plant
    ("Badge", "BADGE-WORKER"),
    ("Next unit", f"WIP-{sample.LOT}-{{unit:03d}}"),
    ("PASS", "CMD-PASS"),
    ("FAIL", "CMD-FAIL"),
    ("Manager", "BADGE-MANAGER"),
)


class Part(Protocol):
    """A device or the link: it has its own threads."""

    def start(self) -> None: ...
    def close(self) -> None: ...


class Virtual:
    """The devices of a trial. The rig drops its files into `results`."""

    def __init__(self, results: Path) -> None:
        self.fault = Fault.NONE
        self._printers: dict[str, VirtualPrinter] = {}
        self.rig = VirtualRig(results)
        self.scanner: VirtualScanner | None = None
        self.gauge: VirtualGauge | None = None

    def parts(self, post: Post) -> list[Part]:
        """Make the devices that post what happens to them."""
        self.scanner, self.gauge = VirtualScanner(post), VirtualGauge(post)
        return [self.scanner, self.gauge]

    def printers(self, codes: Iterable[str]) -> dict[str, str]:
        """Return an address for each of `codes`, with a printer behind it."""
        for code in codes:
            if code not in self._printers:
                made = self._printers[code] = VirtualPrinter(label_s=LABEL_S)
                made.fault = self.fault
                made.start()
        return {code: self._printers[code].address for code in codes}

    def break_printers(self, fault: Fault) -> None:
        self.fault = fault
        for printer in self._printers.values():
            printer.fault = fault

    def close(self) -> None:
        for printer in self._printers.values():
            printer.close()


class Panel(QWidget):
    """Scan a text, let the rig finish, show a value, break the printer."""

    def __init__(self, virtual: Virtual) -> None:
        super().__init__()
        self._virtual = virtual
        self._units = 0
        self.setWindowTitle("NeuroHub: virtual devices")
        self.setAttribute(Qt.WA_QuitOnClose, on=False)
        self.code, self.process, self.value = QLineEdit("BADGE-WORKER"), QLineEdit("1"), QLineEdit("12.8")
        grid = QGridLayout(self)
        rows = (
            ("Scan / 스캔", self.code, (("Scan", self.scan),)),
            (
                "Rig: process / 공정",
                self.process,
                (("PASS", self.passed), ("ERROR", self.broken), ("Half a file", self.half)),
            ),
            ("Gauge kgf / 측정기", self.value, (("Show", self.show_value),)),
        )
        for row, (word, field, presses) in enumerate(rows):
            grid.addWidget(QLabel(word), row, 0)
            grid.addWidget(field, row, 1)
            for column, (name, press) in enumerate(presses, start=2):
                button = QPushButton(name)
                button.clicked.connect(press)
                grid.addWidget(button, row, column)
        self.presets = [self._preset(word, text) for word, text in PRESETS]
        self.faults = [self._fault(fault) for fault in Fault]
        for column, button in enumerate((*self.presets, *self.faults)):
            grid.addWidget(button, len(rows) + column // 5, column % 5)

    def scan(self) -> None:
        if self._virtual.scanner is not None:
            self._virtual.scanner.scan(self.code.text())

    def passed(self) -> None:
        self._virtual.rig.finish(self.code.text(), self._process(), Result.PASS)

    def broken(self) -> None:
        self._virtual.rig.finish(self.code.text(), self._process(), Result.ERROR)

    def half(self) -> None:
        self._virtual.rig.break_off(self.code.text(), self._process())

    def show_value(self) -> None:
        if self._virtual.gauge is not None:
            self._virtual.gauge.show(float(self.value.text() or 0))

    def _process(self) -> int:
        return int(self.process.text() or 1)

    def _preset(self, word: str, text: str) -> QPushButton:
        """Return a button that scans `text`, with the number of the next made-up unit in it."""
        button = QPushButton(word)

        def press() -> None:
            self._units += "{unit" in text
            self.code.setText(text.format(unit=self._units))
            self.scan()

        button.clicked.connect(press)
        return button

    def _fault(self, fault: Fault) -> QPushButton:
        button = QPushButton(f"Printer: {fault.value}")

        def press() -> None:
            self._virtual.break_printers(fault)

        button.clicked.connect(press)
        return button
