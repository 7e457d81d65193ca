from steamgs._core import NetworkingUtilsSignals
from typing_extensions import disjoint_base

@disjoint_base
class NetworkingUtils(NetworkingUtilsSignals): ...
