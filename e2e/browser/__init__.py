"""Swagger UI and the dashboard in a real Chromium."""
