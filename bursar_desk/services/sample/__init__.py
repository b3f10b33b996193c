"""Practice registers: a whole partnership of made-up schools with years of believable history."""

from __future__ import annotations

from bursar_desk.services.sample.make import SampleMade, SampleRegister, make_sample

__all__ = ["SampleMade", "SampleRegister", "make_sample"]
