"""The demonstration: two pretend vendors, two fictional customers, and what should become of them."""
