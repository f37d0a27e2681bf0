"""Tests of any bytes, led by coverage."""
