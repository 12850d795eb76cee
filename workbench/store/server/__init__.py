"""A centre on PostgreSQL: the database itself enforces roster, flow and seal (house section 1).

``install`` makes schema, verbs and policies from the tables of ``rules``; the ``.sql`` files of
``sql/`` are the interpreters. Called by ``centre`` and the command line.
"""
