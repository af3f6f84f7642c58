"""What each command of `sergas` does; imported only when it runs."""
