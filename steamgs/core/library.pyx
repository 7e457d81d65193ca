# Loading libsteam_api, and what this build was made from.

def load_library(path: str) -> tuple[str, str]:
    """Load the library at ``path`` and make it the one in use: ``(status, detail)``.

    ``status`` is ``"ok"``, ``"not_loadable"`` (the loader's words in ``detail``),
    ``"missing_symbol"`` or ``"too_old"`` (the symbol's name). No server may be running.
    """
    cdef bytes encoded = path.encode("utf-8", "surrogateescape")
    cdef string detail
    cdef LoadStatus status = load_steam_library(encoded, detail)
    text = (<bytes>detail).decode("utf-8", "replace")
    if status == LoadStatus.ok:
        return "ok", text
    if status == LoadStatus.not_loadable:
        return "not_loadable", text
    return ("missing_symbol" if status == LoadStatus.missing_symbol else "too_old"), text


def is_simulated_steamclient_loaded() -> bool:
    """Whether Valve's library would find the simulated steamclient in this process."""
    return simulated_steamclient_loaded()


def build_info() -> dict[str, str | int]:
    """Return which Steamworks headers this build was compiled against.

    Keys: ``headers`` ("bundled" or "genuine"), ``sdk_version``, ``callback_packing`` (bytes) and the
    interface versions ``game_server``, ``game_server_stats`` and ``utils``.
    """
    return {
        "headers": build_headers().decode(),
        "sdk_version": build_sdk_version().decode(),
        "callback_packing": build_callback_packing(),
        "game_server": build_game_server_interface().decode(),
        "game_server_stats": build_stats_interface().decode(),
        "utils": build_utils_interface().decode(),
    }
