"""`sergas`: the command line, with a file for each group of commands. Heavy imports wait until a command runs."""

from bot.cli.app import app as app
from bot.cli.app import main as main
