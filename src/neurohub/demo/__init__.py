"""Demo: a small plant to look at, and stations that play work on it. Never part of a real plant's data."""
