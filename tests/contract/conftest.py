"""The tests here need the vendors' material; without it they do not exist. See `material`."""

from __future__ import annotations

from tests.contract import material

collect_ignore_glob = [] if material.folder() else ["test_xero_*.py", "test_procore_*.py", "test_mri_*.py"]
