"""The stolen-files drill: a bot lives a day with planted secrets, names and texts; then all that it keeps is searched for them."""
