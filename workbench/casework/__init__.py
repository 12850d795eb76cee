"""What a clerk does, one verb file a job: plain functions of (session, records, who, what)."""
