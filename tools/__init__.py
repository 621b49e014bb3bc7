"""What the nodes hold in their hands: encoder, language and vision model, painter, search, user; and profiles that name a set of models."""
