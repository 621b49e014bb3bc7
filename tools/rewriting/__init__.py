"""A text is written anew by a language model, and checked before it is used: the description, and the prompt of the painting.

`words` says when two words are the same, `denials` what a person rules out, `checks` what speaks against a reply, `writing` asks the model
until one stands.
"""
