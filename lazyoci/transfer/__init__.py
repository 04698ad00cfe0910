"""Content between a layout and registries: `push` sends it, `pull` fetches it; nothing is seen before it is whole."""
