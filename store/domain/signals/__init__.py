"""Signals: what our rules notice about an account, each with its evidence, each able to say why it stayed silent."""
