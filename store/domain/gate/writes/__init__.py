"""The kinds of write, one file each; `store.domain.gate.registry` finds them here by their file names."""
