"""The embedded engine: Whoosh on the local disk."""
