"""不动产登记中心, the real estate registration centre: items I05, I06 and I07.

Everything but the viewer and two checks is data in ``plugin.toml``, which names them as
``module:Name``; so this entry module stays empty and loads no Qt.
"""
