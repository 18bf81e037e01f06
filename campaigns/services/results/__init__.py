"""What campaigns have measured and chosen."""
