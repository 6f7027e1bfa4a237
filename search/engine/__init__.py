"""The port and its engines."""
