"""One repository per noun: SQL inside, domain values outside. A flow holds the transaction, a repository never commits."""
