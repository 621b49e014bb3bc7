"""What the nodes hold in their hands: encoder, language model, vision model, painter, search, user; and the profiles that name a set of them."""
