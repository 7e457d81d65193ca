"""``steamgs demo``: a game server, its players and a simulated Steam, on one machine."""
