"""The issuing window: results to hand over, the delivery receipt, the acknowledgement, closing."""
