"""Answers that need no model: read from the store with the person's own rights, and said in our own words."""
