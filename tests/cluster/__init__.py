"""All parts of a cluster on one machine: Chroma's server, PostgreSQL, Ray, a model server, two web servers; and work for them.

``make cluster`` runs it with 2,000 postcards and ten conversations, ``make test`` with fewer.
"""
