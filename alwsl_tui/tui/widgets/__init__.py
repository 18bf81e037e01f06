"""What screens are made of. A widget shows core types; it knows no service and no screen."""
