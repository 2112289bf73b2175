"""Storage: the only room that speaks to PostgreSQL. One thin file per noun; SQL is kept as SQL in `sql/`."""
