// Limits of server-browser texts, in bytes with the NUL. Part of steamgs' own declarations.
#pragma once

constexpr int k_cbMaxGameServerGameDir = 32;
constexpr int k_cbMaxGameServerMapName = 32;
constexpr int k_cbMaxGameServerGameDescription = 64;
constexpr int k_cbMaxGameServerName = 64;
constexpr int k_cbMaxGameServerTags = 128;
constexpr int k_cbMaxGameServerGameData = 2048;
