"""The query side, and what both sides agree on: articles, analysis, engines."""
