"""Who is asking: passwords, tokens, the copy of accounts in each worker, signing in and out."""
