"""Operations: the verbs, one transaction each. They know no HTTP; refusals are problems."""
