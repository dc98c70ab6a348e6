"""The fault drill: random schedules of faults against a running installation, compared with runs without faults.

`python -m tests.drill --help` says how to run it, docs/reliability.md what it does and what it has shown.
"""
