"""A workspace whose encoder is a fake: everything else about it is real."""

from __future__ import annotations

from dir_tir.tools.models.loading import Models
from dir_tir.tools.profiles.profile import load_profile
from dir_tir.tools.workspace import Workspace
from fakes import FakeEncoder

ENCODER = FakeEncoder()


class _Models(Models):
    encoder = ENCODER
    encoder_fingerprint = ENCODER.fingerprint


class QuickWorkspace(Workspace):
    """Each profile has the fake encoder."""

    def models(self, profile: str) -> Models:
        return _Models(load_profile(profile))
