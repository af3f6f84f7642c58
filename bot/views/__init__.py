"""What people see in Slack: values in, Block Kit out. Nothing here reads, writes or waits."""
