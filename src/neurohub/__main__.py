"""`python -m neurohub`: the same as the `neurohub` command."""

from neurohub.cli import main

if __name__ == "__main__":
    main()
