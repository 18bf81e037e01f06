"""What campaigns, their jobs and the queue are doing now."""
