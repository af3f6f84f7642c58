"""How well the prompts do: by the sandbox in the suite, by the real API on demand (`python -m tests.evals --real`)."""
