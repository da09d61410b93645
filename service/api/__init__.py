"""HTTP resources under /api/v1."""
