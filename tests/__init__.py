"""Tests of lazyoci; helpers shared between directories are imported as `tests.…`."""
