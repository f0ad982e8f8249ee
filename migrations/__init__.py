"""Alembic migrations: numbered files, run at start."""
