"""``python -m haedok``: the command line where its script is not on the path."""

from haedok.cli import main

main()
