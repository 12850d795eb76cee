"""What one plugin offered, as records by hook. Made by ``collecting``, read by its checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from workbench.api.records import (
    CatalogueOffer,
    CheckOffer,
    PaneOffer,
    ResultOffer,
    StampingOffer,
    ViewerOffer,
)
from workbench.rules.catalogue import DocumentTemplate, ItemVersion

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Brought:
    """Everything one plugin offered at admission."""

    offers: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def of(self, hook: str, kind: type[Kind]) -> tuple[Kind, ...]:
        """The records one hook returned."""
        return tuple(one for one in self.offers.get(hook, ()) if isinstance(one, kind))

    @property
    def panes(self) -> tuple[PaneOffer, ...]:
        return self.of("approval_pane", PaneOffer)

    @property
    def viewers(self) -> tuple[ViewerOffer, ...]:
        return self.of("material_viewer", ViewerOffer)

    @property
    def stamping(self) -> tuple[StampingOffer, ...]:
        return self.of("seal_stamping", StampingOffer)

    @property
    def results(self) -> tuple[ResultOffer, ...]:
        return self.of("result_document", ResultOffer)

    @property
    def checks(self) -> tuple[CheckOffer, ...]:
        return self.of("review_checks", CheckOffer)

    @property
    def items(self) -> tuple[ItemVersion, ...]:
        return tuple(i for c in self.of("catalogue", CatalogueOffer) for i in c.items)

    @property
    def templates(self) -> tuple[DocumentTemplate, ...]:
        return tuple(t for c in self.of("catalogue", CatalogueOffer) for t in c.templates)
