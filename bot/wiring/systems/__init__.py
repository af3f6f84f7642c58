"""How the writer of each system is opened, one file each; `bot.wiring.writers` finds them here by the system's name."""
