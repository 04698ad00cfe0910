"""The outside facts behind one value: files, git, the environment, the clock. Real, cached for editors, fake in tests.

Nothing below `check` looks at the machine in any other way, so the same file judged in another World tells exactly what
another face would see. The World also says which face looks on (`Face`): the hook judges the file alone, the editor and
`preview` judge it against git, and for `build` a value that is missing is an error.
"""

from lazyoci.world.files import Disk, Files
from lazyoci.world.git import Git, GitState, Nearest, NoGit, RealGit
from lazyoci.world.world import Face, World, real

__all__ = ["Disk", "Face", "Files", "Git", "GitState", "Nearest", "NoGit", "RealGit", "World", "real"]
