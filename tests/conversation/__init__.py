"""Questions as people type them, answered by the real bot on a made-up company, and graded in code."""
