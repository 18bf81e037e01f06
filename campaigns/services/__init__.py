"""What the faces call: one plain function a use case, on a frozen Workspace; frozen dataclasses come back.

Knows: how the other rooms fit together. May import `station`, `store`, `reporting`, `datasets`, `recipe`, `selection`,
`core`, `paths`, `errors`; never torch, never a screen.
"""
