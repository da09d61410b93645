"""Alembic's migrations, run by ``service.database.migrate``."""
