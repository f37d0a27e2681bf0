"""The works of our programs at several sizes of a world, and how each of them grows."""
