"""Micro-benchmarks: what one scan costs in pieces. Run by `just bench`; they may import the pieces themselves."""
