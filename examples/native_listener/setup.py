"""Builds the example: ``pip install steamgs Cython setuptools && python setup.py build_ext -i``."""

from Cython.Build import cythonize
from setuptools import Extension, setup

import steamgs

# Declared here and not in the .pyx, because the include directory is that of the installed steamgs.
verdicts = Extension(
    "verdicts",
    ["verdicts.pyx"],
    include_dirs=[steamgs.get_include()],
    extra_compile_args=["-std=c++17"],
    language="c++",
)

setup(name="verdicts", ext_modules=cythonize([verdicts]))
