"""The custodian's desk: what awaits the one seal, where it will land, the register of its use."""
