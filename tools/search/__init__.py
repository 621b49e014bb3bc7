"""The gallery ranked by a text or by a picture: what is near, what was said of it, and which pictures they are.

`search.py` makes lists and pages. `embeddings.py` has what is searched for as vectors, `listing.py` how near each picture is to them,
`feedback.py` what clicks and words against a picture add, `fits.py` what a matching head says, and `pictures.py` the pictures by id.
"""

from .search import Search

__all__ = ["Search"]
