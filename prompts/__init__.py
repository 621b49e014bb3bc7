"""Every prompt the system speaks, one text file each, in sets: one set for instruction models, one for the miniature."""
