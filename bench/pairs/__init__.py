"""Two builds of our programs that do the same work one after the other, and what each of them takes for it."""
