"""One output format a file: findings, previews and results of builds, for people and for machines."""
