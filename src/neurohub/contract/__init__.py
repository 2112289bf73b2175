"""Words on the wire: barcodes, enums, commands in, views out, problems.

Shared by service, station, bench and tests. Imports msgspec and the standard library only.
"""
