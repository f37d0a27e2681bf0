"""Faults that people make in SQL."""
