"""What a person can act on: a sentence that says what is wrong and what to do, printed without traceback."""


class EmbeddedError(Exception):
    """An embedded server or the data directory cannot be used; the text says why and what to do."""
