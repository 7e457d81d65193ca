from steamgs._core import OwnedHandle
from typing_extensions import disjoint_base

@disjoint_base
class AskedHandle(OwnedHandle):
    def release(self) -> None: ...
