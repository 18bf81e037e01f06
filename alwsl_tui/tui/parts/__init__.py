"""Parts of panes that are too large for the file of the pane. May import services; knows no screen and no pane."""
