"""Say what is installed: the folders of each room, with all their files. pyproject.toml has the rest."""

from setuptools import find_namespace_packages, setup

ROOMS = ("ontology", "shapes", "ingest", "store", "server", "docs", "examples")
FOLDERS = {"jixiao": "jixiao", **{f"jixiao.{room}": room for room in ROOMS}}
LEFT_OUT = ("*__pycache__", "w3id")  # w3id.org is asked for these redirects

packages = [*FOLDERS]
for name, folder in FOLDERS.items():
    packages += [f"{name}.{each}" for each in find_namespace_packages(folder, exclude=LEFT_OUT)]

setup(
    package_dir=FOLDERS,
    packages=packages,
    package_data={"": ["*"]},
    exclude_package_data={"jixiao.docs": ["*.png"]},  # the README's pictures
)
