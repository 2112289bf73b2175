"""The set-up of a PC: who it is and what it has, tried part by part, and written into its settings file.

`entries` and `flow` are pure, `trials` tries the real parts, `window` draws. Who calls it: the app.
"""
