"""Operations: one verb per file, one transaction each. They know no HTTP; refusals are problems."""
