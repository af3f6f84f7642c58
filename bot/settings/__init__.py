"""Every setting, read once from the environment and a `.env` file, and frozen.

Each area has a section in a module of its own, and each part of the bot gets the sections it needs. A variable is `SERGAS_`
and a name in capitals, except for Anthropic's key, which has its usual name. Secrets never show in repr or logs.
"""

from bot.settings.areas import Settings as Settings
from bot.settings.load import load_settings as load_settings
from bot.settings.section import OFF as OFF
from bot.settings.section import require as require
