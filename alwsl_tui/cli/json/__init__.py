"""What services return, as JSON objects."""
