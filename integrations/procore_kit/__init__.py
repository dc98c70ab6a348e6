"""What every pairing with Procore shares: reading projects, commitments and claims, the amounts of a claim, names.

It knows Procore and the hub, and no ledger.
"""
