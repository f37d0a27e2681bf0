"""What the reports service shows: the docs' page, and beside it marts that it computes figures from."""
