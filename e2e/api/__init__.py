"""Tests out of the mock's OpenAPI documents."""
