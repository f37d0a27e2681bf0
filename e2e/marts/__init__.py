"""The marts by plain Python."""
