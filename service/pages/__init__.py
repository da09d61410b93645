"""Server-rendered pages, Indonesian first."""
