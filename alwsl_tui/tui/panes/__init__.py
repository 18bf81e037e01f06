"""The tabs of a campaign: each reads what it shows in a thread, and only while it is on top."""
