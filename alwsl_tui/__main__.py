"""`python -m alwsl_tui`: the program, where its command is not on the path."""

from alwsl_tui.entry import main

if __name__ == "__main__":
    main()
