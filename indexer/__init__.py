"""The indexing side: article files into the index."""
