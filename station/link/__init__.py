"""To the service: the outbox that loses nothing, its delivery, and what the service tells the station."""
