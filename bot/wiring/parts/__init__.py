"""The parts of the bot, a module each, by the names that the flows have: `bot.wiring.root` puts them together."""
