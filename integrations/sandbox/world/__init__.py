"""The world: a seeded, deterministic company whose CRM history unfolds day by day, with labels of what is to be noticed.

`build_world` gives it whole, `stories` account by account. The parts: `names`, `staff` and `prose` are the material; a
`script` is what one account's storyline writes into, by means of `people`, `deals` and `rhythm`; `storylines` tell what
happens; `casting` says who plays what; `build` puts it together.
"""

from integrations.sandbox.world.build import Story, World, build_world, stories
from integrations.sandbox.world.labels import Label

__all__ = ["Label", "Story", "World", "build_world", "stories"]
