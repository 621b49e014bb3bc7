"""Developers' measurements. Nothing of the product imports them."""
