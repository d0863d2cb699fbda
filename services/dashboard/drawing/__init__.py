"""The drawings: a storyline's timeline and the map, as SVG made here. Values in, markup out."""
