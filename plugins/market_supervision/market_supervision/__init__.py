"""市场监督管理局, the market supervision bureau: I01 to I04. See ``plugin`` for the hooks."""
