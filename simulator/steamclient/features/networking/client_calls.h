// Players in this process, by C functions. Those of steamgs/simulator_client.h take them too.
#pragma once

#include "kernel/control.h"

struct steamgs_sim_client;

// A player's Steam in the world, which outlives it or not.
STEAMGS_SIM_API steamgs_sim_client* steamgs_sim_client_within(SimWorld* world, uint64_t steam_id);
