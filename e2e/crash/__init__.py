"""Accidents of ingest, and of the databases and networks around it."""
