"""Widgets that draw a `Screen` and post what the operator does. No decision is made here."""
