"""HTTP: the only room that speaks Litestar. One file per resource: decode, call an operation, encode."""
