"""Everything this package raises on purpose.

    DirTirError
    ├── InputError      what a person gave cannot be used: an empty description, a number out of range, a folder that is not there
    ├── GalleryError    a gallery that is missing, locked, foreign, or made by another encoder
    │   └── StoreError  the server that galleries are kept on cannot be had now: none is gone, and the same goes on when it is back
    ├── DiskFullError   nothing more can be written where it has to be; what was acknowledged before is there
    ├── PictureError    a picture that cannot be read
    ├── ProfileError    a profile that cannot be understood, or that names a model which cannot be loaded
    ├── EndpointError   a model behind an endpoint that cannot be had; the conversation can be gone on with when it can
    ├── ClusterError    a cluster, or a worker of it, that cannot be had or used; what was done is kept, and the same goes on
    ├── PromptError     a prompt with missing or unused variables
    ├── BrokenReply     a model answered, but not with something that can be used
    └── ModelError      a model, or the library behind it, raised an error of its own; the conversation can be gone on with

A message is one line: what happened, the offending value, what was expected, what to do. The command line prints it as it is.
"""

from __future__ import annotations


class DirTirError(RuntimeError):  # of which LangGraph's server tells its clients the message; of other kinds it keeps it from them
    """Root of the tree: catch this to catch everything the package raises on purpose."""


class InputError(DirTirError):
    """What a person gave cannot be used."""


class GalleryError(DirTirError):
    """A gallery that is missing, locked, foreign, or made by another encoder."""


class StoreError(GalleryError):
    """The server that galleries are kept on cannot be had now. No gallery is gone, and the same goes on when it is back."""


class DiskFullError(DirTirError):
    """The disk, or what somebody may use of it, is full. What was acknowledged before is there; with room made, the same goes on."""


class PictureError(DirTirError):
    """A picture that cannot be read."""


class ProfileError(DirTirError):
    """A profile that cannot be understood, or a model it names that cannot be loaded."""


class EndpointError(DirTirError):
    """A model behind an endpoint that cannot be had, after every try allowed. Nothing of the conversation is lost."""


class ClusterError(DirTirError):
    """A cluster, or a worker of it, that cannot be had or cannot be used. What was done is kept, and the same goes on."""


class PromptError(DirTirError):
    """A prompt with missing or unused variables."""


class BrokenReply(DirTirError):
    """A model answered, but not with something that can be used, after every try allowed."""


class ModelError(DirTirError):
    """A model, or the library behind it, raised an error of its own. Nothing of the conversation is lost."""
