"""The world: a seeded, deterministic company whose CRM history unfolds day by day, with labels for everything worth
noticing.

`build_world` returns all of it, `stories` account by account. The parts: `names`, `staff` and `prose` are the material; a
storyline writes one account into a `script`, using `people`, `deals` and `rhythm`; `storylines` define the events;
`casting` assigns them to accounts; `build` puts everything together.
"""

from integrations.sandbox.world.build import Story, World, build_world, stories
from integrations.sandbox.world.labels import Label

__all__ = ["Label", "Story", "World", "build_world", "stories"]
