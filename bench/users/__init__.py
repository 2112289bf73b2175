"""The roles of a normal hour: operators at stations, managers at desks. Who calls them: `bench.generator`."""
