"""The demonstration: three pretend vendors, three fictional customers, and what should become of them."""
