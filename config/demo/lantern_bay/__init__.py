"""The fictional customer whose books are in MRI: a Procore company beside one database."""
