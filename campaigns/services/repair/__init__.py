"""Rebuilding the store from the folders."""
