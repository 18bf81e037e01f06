"""The station: the one supervisor process of a home. It queues jobs, starts workers and records what they say.

Knows: run folders, processes, the store. May import `store`, `recipe`, `core`, `paths`, `errors`. It starts the worker
by module name and never imports it; it never imports torch.
"""
