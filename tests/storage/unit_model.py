"""One unit by the plant's rules, in the plainest words: what the state machine is compared with."""

from dataclasses import dataclass, field


@dataclass
class Unit:
    """Each verb returns the code of the refusal, or None and has its effect."""

    status: str = "CREATED"
    passed: int = 0
    open: int | None = None
    reworks: int = 0
    marked: bool = False
    open_is_rework: bool = False
    before_open: str = ""
    attempts: list[int] = field(default_factory=lambda: [0] * 9)
    voided: int = 0

    @property
    def due(self):
        return self.passed + 1 if self.status in {"CREATED", "IN_PROGRESS", "REWORK"} else None

    def start(self, process):
        if self.due is None:
            return "UNIT_NOT_ACTIVE"
        if self.open is not None:
            return "ALREADY_STARTED"
        if process <= self.passed:
            return "PROCESS_ALREADY_PASSED"
        if process != self.due:
            return "PREVIOUS_PROCESS_NOT_COMPLETED"
        self.attempts[process] += 1
        self.before_open, self.status = self.status, "IN_PROGRESS"
        self.open, self.open_is_rework, self.marked = process, self.marked, False
        return None

    def complete(self, process, result, *, mine):
        if self.due is None:
            return "UNIT_NOT_ACTIVE"
        if self.open != process or not mine:
            return "PROCESS_NOT_STARTED"
        if result == "REWORK" and process == 1:
            return "INVALID_PROCESS_DATA"
        self.open = None
        if result == "PASS":
            self.passed = process
            self.status = "PASSED" if process == 8 else "IN_PROGRESS"
        elif result == "FAIL":
            self.status = "SCRAPPED" if process == 1 or self.reworks == 3 else "DEFECTED"
        elif result == "ERROR":
            self.marked = self.open_is_rework
        return None

    def undo(self, *, is_open, mine, in_time):
        if not (is_open and mine and in_time):
            return "CONFLICT"
        self.status, self.marked, self.open = self.before_open, self.open_is_rework, None
        return None

    def rework(self):
        if self.status != "DEFECTED":
            return "UNIT_NOT_ACTIVE"
        self.status, self.marked = "REWORK", True
        self.reworks += 1
        return None

    def scrap(self):
        if self.status in {"PASSED", "SCRAPPED"}:
            return "UNIT_NOT_ACTIVE"
        self.status, self.open = "SCRAPPED", None
        return None

    def reopen(self):
        if self.passed == 0 or self.open is not None or self.status == "SCRAPPED":
            return "UNIT_NOT_ACTIVE"
        self.passed -= 1
        self.voided += 1
        if self.status in {"PASSED", "DEFECTED"}:
            self.status = "IN_PROGRESS"
        return None
