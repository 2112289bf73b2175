"""Chores that no request asks for: alerts found by looking, partitions made ahead, old sign-ins forgotten."""
