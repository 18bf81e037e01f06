"""What workers logged: found, followed, filtered, searched."""
