"""民政局, the department of civil affairs: data only. ``plugin.toml`` and ``items/`` say it all."""
