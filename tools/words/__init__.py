"""Words for pictures: what an encoder finds of a vocabulary in them, and which of them tell pictures apart."""
