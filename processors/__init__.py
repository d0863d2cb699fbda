"""Pure processing: articles to announcements (detect), announcements to storylines and relations (relate)."""
