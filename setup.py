"""What pyproject.toml cannot say: ``resources/`` is installed inside the package.

Called by the build backend only. ``workbench.settings`` finds the data at
``workbench/_resources`` when installed and at ``resources/`` in a checkout.
"""

from setuptools import find_namespace_packages, setup

setup(
    packages=[
        *find_namespace_packages(include=["workbench", "workbench.*"]),
        "workbench._resources",
    ],
    package_dir={"workbench._resources": "resources"},
    package_data={
        "": ["py.typed", "*.toml", "*.json", "*.mako", "*.sql"],
        "workbench._resources": ["**/*"],
    },
    include_package_data=False,
)
