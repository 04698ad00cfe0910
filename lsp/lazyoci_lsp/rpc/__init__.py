"""The protocol: reading and writing messages, and what must never be in one."""
