"""Micro-benchmarks: what one scan costs in pieces, without database and network. Run by `just bench`."""
