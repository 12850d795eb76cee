"""The hooks of the market supervision bureau: data of ``plugin.toml``, code for I01, I03.

Named by the entry point; loads no Qt. The pane and the checks are named as ``module:Name`` and
loaded when a case is first shown.
"""

from __future__ import annotations

from typing import Final

from workbench.api import (
    CatalogueOffer,
    CheckOffer,
    PaneOffer,
    ResultOffer,
    StampingOffer,
    ViewerOffer,
    data_plugin,
    hookimpl,
)

I01: Final = "11990101MB000111174000131901001"
I03: Final = "11990101MB000111174000131901003"

_DATA = data_plugin("market_supervision")


@hookimpl
def approval_pane() -> tuple[PaneOffer, ...]:
    """A pane of its own for the immediate case; groups of fields for the others."""
    return (PaneOffer((I01,), "market_supervision.set_up_pane:SetUpPane"), *_DATA.approval_pane())


@hookimpl
def material_viewer() -> tuple[ViewerOffer, ...]:
    """Form fields beside the page."""
    return _DATA.material_viewer()


@hookimpl
def seal_stamping() -> tuple[StampingOffer, ...]:
    """All four documents carry the approval seal."""
    return _DATA.seal_stamping()


@hookimpl
def catalogue() -> tuple[CatalogueOffer, ...]:
    """I01 to I04."""
    return _DATA.catalogue()


@hookimpl
def result_document() -> tuple[ResultOffer, ...]:
    """Licences and the cancellation notice."""
    return _DATA.result_document()


@hookimpl
def review_checks() -> tuple[CheckOffer, ...]:
    """What data says, and what needs counting or a list of words."""
    named = {
        (I01, "R01"): "name_available",
        (I01, "R02"): "operator_of_age",
        (I01, "R04"): "scope_standard",
        (I01, "R07"): "residence_consented",
        (I03, "R01"): "notice_ended",
    }
    code = [
        CheckOffer((item,), point, f"market_supervision.checks:{function}")
        for (item, point), function in named.items()
    ]
    return (*code, *_DATA.review_checks())
