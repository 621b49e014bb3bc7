"""The soak: kills, garbage, odd files, hostile visitors and full disks in bulk, and a count of what they broke.

``make soak`` runs all of it, ``make test`` a small slice of each part.
"""
