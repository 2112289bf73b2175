"""Load without users, for finding limits: pre-made requests through `bench.driver`, every answer checked."""
