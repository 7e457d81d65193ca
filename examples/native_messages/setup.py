"""Builds the example: ``pip install steamgs Cython setuptools && python setup.py build_ext -i``."""

from Cython.Build import cythonize
from setuptools import Extension, setup

import steamgs

# Declared here and not in the .pyx, because the include directory is that of the installed steamgs.
traffic = Extension(
    "traffic",
    ["traffic.pyx"],
    include_dirs=[steamgs.get_include()],
    extra_compile_args=["-std=c++17"],
    language="c++",
)

setup(name="traffic", ext_modules=cythonize([traffic]))
