"""Group commit: what many requests want written at the same moment goes to the store as one batch.

Knows neither events nor SQL: tickets go in, a store commits lists of what they carry. No timer gathers anything:
a lane that is free takes what has queued, so that a single request waits for nobody.
"""
