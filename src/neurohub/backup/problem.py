"""What the person at the terminal can do something about when a copy cannot be made, checked or brought back."""


class BackupError(Exception):
    """A copy cannot be made, is damaged, or cannot be brought back; the text says why and what to do."""
