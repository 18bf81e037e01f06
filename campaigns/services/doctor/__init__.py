"""What may keep campaigns from running, here and on the machines of an executor."""
