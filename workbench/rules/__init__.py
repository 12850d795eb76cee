"""The rules as data: pure Python, no Qt, no SQL, no files. Everybody may import from here."""
