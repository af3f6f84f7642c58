"""Signals: what our rules notice about an account, each with its evidence, each with a reason when it stays silent."""
