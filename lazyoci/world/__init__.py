"""Everything outside of a `.lazy` file in one object: files, git, environment, clock. Editors cache it, tests fake it.

Layers below `check` access the machine only through it, so checking a file in another World shows exactly what
another user interface would show. The World also names it (`Face`): the hook checks only the file; editor and
`preview` also ask git, and for `build` a missing value is an error.
"""

from lazyoci.world.files import Disk, Files
from lazyoci.world.git import Git, GitState, Nearest, NoGit, RealGit
from lazyoci.world.world import Face, World, real

__all__ = ["Disk", "Face", "Files", "Git", "GitState", "Nearest", "NoGit", "RealGit", "World", "real"]
