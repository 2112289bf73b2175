"""Firmware images as bytes: written once, checked whenever they are read. What is released is in the database."""
