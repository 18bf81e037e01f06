"""Making campaigns, finding them, asking something of them, deleting them."""
