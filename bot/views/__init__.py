"""The views: values in, Block Kit out. They do no I/O."""
