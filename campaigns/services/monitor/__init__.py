"""What campaigns, jobs and the machine are doing now."""
