"""Output formats, one per module: findings, previews and results of builds, for people and for machines."""
