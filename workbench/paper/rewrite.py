"""Rewriting a document clean before anybody approves it: only what its pages use goes on.

Objects that no page refers to are where shadow attacks wait (seal design section 6). What is shown,
approved, hashed and sealed is the rewritten file. Called by ``compose``, whatever drew the pages.
"""

from __future__ import annotations

import io

import pikepdf


def rewritten(pdf: bytes) -> bytes:
    """The same pages in one revision without unreferenced objects; equal bytes for equal input.

    The identifier is kept. ValueError where the file cannot be read without repairing it.
    """
    clean = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True, attempt_recovery=False) as made:
            made.remove_unreferenced_resources()
            made.save(
                clean, object_stream_mode=pikepdf.ObjectStreamMode.disable, linearize=False,
                deterministic_id=True,
            )  # fmt: skip
    except pikepdf.PdfError as trouble:
        raise ValueError("not a readable PDF") from trouble
    return clean.getvalue()
