"""What services return, as text for a person."""
