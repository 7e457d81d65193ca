"""``typing.NamedTuple``, as far as steamgs uses it: loading ``typing`` takes longer than steamgs.

Type checkers see the original. Fields have no defaults, and classes no methods.
"""

from __future__ import annotations

from collections import namedtuple

__all__ = ["NamedTuple"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class _Maker(type):
        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = namespace["__annotations__"]
            made = namedtuple(name, fields, module=namespace["__module__"])
            made.__doc__ = namespace.get("__doc__")
            made.__annotations__ = fields
            return made

    class NamedTuple(metaclass=_Maker):
        """A tuple whose items have the names of the class' annotations."""
