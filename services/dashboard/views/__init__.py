"""What pages and the API show, as values, and the questions to the read model that find them."""
