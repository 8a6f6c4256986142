"""A delivery of Facebook's, in our words."""

from functions.facebook.feed import read_change
from shared.domain.message import Platform
from shared.wire.meta import Envelope

parse = Envelope(Platform.FACEBOOK, "page", read_change).parse
