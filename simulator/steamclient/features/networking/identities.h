// Addresses and identities: what they mean, and how they are written.
#pragma once

#include <string>

#include "features/networking/types.h"

namespace steamgs::simulator::networking {

SteamNetworkingIPAddr ipv4(uint32 address, uint16 port);
bool is_ipv4(const SteamNetworkingIPAddr& address);
uint32 ipv4_of(const SteamNetworkingIPAddr& address);
bool same(const SteamNetworkingIPAddr& a, const SteamNetworkingIPAddr& b);
std::string text_of(const SteamNetworkingIPAddr& address, bool with_port);
// The port is optional, and 0 without.
bool parse(const std::string& text, SteamNetworkingIPAddr& out);
// FakeIPs are link-local addresses of IPv4.
ESteamNetworkingFakeIPType fake_ip_type(uint32 address);
ESteamNetworkingFakeIPType fake_ip_type(const SteamNetworkingIPAddr& address);

SteamNetworkingIdentity no_identity();
SteamNetworkingIdentity identity_of(uint64 steam_id);
SteamNetworkingIdentity identity_of(const SteamNetworkingIPAddr& address);
bool is_valid(const SteamNetworkingIdentity& identity);
bool same(const SteamNetworkingIdentity& a, const SteamNetworkingIdentity& b);
std::string text_of(const SteamNetworkingIdentity& identity);
// What begins with an unknown word becomes an identity of the type for that.
bool parse(const std::string& text, SteamNetworkingIdentity& out);

// Copies as much as fits, with a NUL.
void write_text(const std::string& text, char* out, size_t capacity);

}  // namespace steamgs::simulator::networking
