"""What the text itself tells about an article: the persons it names and its topics."""
