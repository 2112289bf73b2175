"""Embedded servers: PostgreSQL and Valkey from wheels, run as children of `neurohub up` and of the tests."""
