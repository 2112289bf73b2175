"""The contract with test rigs: what a completion file holds, a checker, a simulator."""
