"""NeuroHub MES: the service of a robot factory's line. Start reading at `src/README.md`."""

__version__ = "0.1.0"
