"""A made-up customer whose days are played, and what is to be known of it by its API alone."""
