"""The read model: the log's facts folded into tables that the pages read. Thrown away and rebuilt at will."""
