"""The engine: one pipeline for every stage of every pairing. `run.py` reads top to bottom."""
