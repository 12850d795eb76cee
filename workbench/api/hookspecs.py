"""Every hook a department plugin may implement: this file is the whole contract.

A plugin marks its functions with :data:`hookimpl`. The hooks take nothing, are called once at
admission, and return a list of frozen records of :mod:`workbench.api.records`. Hosting calls
departments one at a time, guarded; no plugin sees another's answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pluggy

from workbench.api.records import (
    CatalogueOffer,
    CheckOffer,
    PaneOffer,
    ResultOffer,
    StampingOffer,
    ViewerOffer,
)

PROJECT: Final = "oneseal"
ENTRY_POINT_GROUP: Final = "oneseal.department"

hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)


@hookspec
def approval_pane() -> Sequence[PaneOffer]:  # type: ignore[empty-body]
    """Which approval pane opens for which items of the department."""


@hookspec
def material_viewer() -> Sequence[ViewerOffer]:  # type: ignore[empty-body]
    """How the department's materials are shown beside the pane."""


@hookspec
def seal_stamping() -> Sequence[StampingOffer]:  # type: ignore[empty-body]
    """Which document carries which seal where, what is checked before the press, and what the
    custodian compares. Records only: the press itself stays in the core."""


@hookspec
def catalogue() -> Sequence[CatalogueOffer]:  # type: ignore[empty-body]
    """The department's item versions and common templates, for ``workbench plugin publish``."""


@hookspec
def result_document() -> Sequence[ResultOffer]:  # type: ignore[empty-body]
    """Which template a grant or a refusal is composed from."""


@hookspec
def review_checks() -> Sequence[CheckOffer]:  # type: ignore[empty-body]
    """What the machine can say about the department's review points."""


RECORD_HOOKS: Final[dict[str, type]] = {
    "approval_pane": PaneOffer,
    "material_viewer": ViewerOffer,
    "seal_stamping": StampingOffer,
    "catalogue": CatalogueOffer,
    "result_document": ResultOffer,
    "review_checks": CheckOffer,
}
"""Hook name to the kind of record it returns."""

THREE_HOOKS: Final = ("approval_pane", "material_viewer", "seal_stamping")
"""The three things every department brings, or says why not."""
