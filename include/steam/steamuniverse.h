// Part of steamgs' own declarations of the Steamworks ABI.
#pragma once

enum EUniverse : int {
    k_EUniverseInvalid = 0,
    k_EUniversePublic = 1,
    k_EUniverseBeta = 2,
    k_EUniverseInternal = 3,
    k_EUniverseDev = 4,
    k_EUniverseMax,
};
