"""From text to tokens, with offsets back into the text as given."""
