"""One agent a file: its prompt, its tools, the shape of its answer, its limits."""
