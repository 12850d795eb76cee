"""Everything that opens, draws, composes, signs or verifies a paper; used by app, seal_worker."""

from workbench.paper.no_network import stand_in

stand_in()
