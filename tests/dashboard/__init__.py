"""What a browser shows: a package, so that fixtures of its scope end with its last test."""
