"""Texts of the station, in Korean and English."""
