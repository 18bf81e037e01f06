"""A home as a whole: its campaigns, its machines and the engines that place its jobs."""
