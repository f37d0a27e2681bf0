"""The chart on a real cluster."""
