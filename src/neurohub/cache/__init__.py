"""Cache: the only room that speaks to Redis. Nothing here is needed for a right answer, only for a fast one."""
