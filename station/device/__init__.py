"""Scanner, gauge, result folder, printer: each owns its thread and posts facts."""
