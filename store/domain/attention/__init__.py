"""Attention: which few of all the things noticed a person is asked about today, and what becomes of the rest."""
