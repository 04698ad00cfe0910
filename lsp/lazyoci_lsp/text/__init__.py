"""Texts and places in them, whether or not they are YAML already. Pure: nothing here knows of a session."""
