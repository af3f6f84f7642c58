"""The commands of `sergas`, each imported only when it runs."""
