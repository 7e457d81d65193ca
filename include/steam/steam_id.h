// Steam ids. Part of steamgs' own declarations of the Steamworks ABI.
#pragma once

#include "steam/values.h"

// 64 bits: account id (32), instance (20), account type (4), universe (8). Byte-packed, with
// constructors but trivially copied: that decides how compilers pass and return it.
#pragma pack(push, 1)
class CSteamID {
  public:
    CSteamID() : m_id(0) {}
    CSteamID(uint64 id) : m_id(id) {}
    CSteamID(uint32 account, EUniverse universe, EAccountType type) : m_id(0) {
        Set(account, universe, type);
    }
    CSteamID(uint32 account, unsigned int instance, EUniverse universe, EAccountType type)
        : m_id(0) {
        InstancedSet(account, instance, universe, type);
    }

    void Set(uint32 account, EUniverse universe, EAccountType type) {
        const bool single = type == k_EAccountTypeClan || type == k_EAccountTypeGameServer;
        InstancedSet(account, single ? 0 : k_unSteamUserDefaultInstance, universe, type);
    }
    void InstancedSet(uint32 account, uint32 instance, EUniverse universe, EAccountType type) {
        m_id = static_cast<uint64>(account) |
               static_cast<uint64>(instance & k_unSteamAccountInstanceMask) << 32 |
               static_cast<uint64>(type & 0xF) << 52 | static_cast<uint64>(universe) << 56;
    }
    void SetFromUint64(uint64 id) { m_id = id; }
    uint64 ConvertToUint64() const { return m_id; }
    void Clear() { m_id = 0; }

    AccountID_t GetAccountID() const { return static_cast<AccountID_t>(m_id); }
    uint32 GetUnAccountInstance() const {
        return static_cast<uint32>(m_id >> 32) & k_unSteamAccountInstanceMask;
    }
    EAccountType GetEAccountType() const { return static_cast<EAccountType>(m_id >> 52 & 0xF); }
    EUniverse GetEUniverse() const { return static_cast<EUniverse>(m_id >> 56); }

    bool BIndividualAccount() const {
        return GetEAccountType() == k_EAccountTypeIndividual ||
               GetEAccountType() == k_EAccountTypeConsoleUser;
    }
    bool BClanAccount() const { return GetEAccountType() == k_EAccountTypeClan; }
    bool BAnonGameServerAccount() const {
        return GetEAccountType() == k_EAccountTypeAnonGameServer;
    }
    bool BPersistentGameServerAccount() const {
        return GetEAccountType() == k_EAccountTypeGameServer;
    }
    bool BGameServerAccount() const {
        return BAnonGameServerAccount() || BPersistentGameServerAccount();
    }

    bool operator==(const CSteamID& other) const { return m_id == other.m_id; }
    bool operator!=(const CSteamID& other) const { return m_id != other.m_id; }
    bool operator<(const CSteamID& other) const { return m_id < other.m_id; }
    bool operator>(const CSteamID& other) const { return m_id > other.m_id; }

  private:
    uint64 m_id;
};
#pragma pack(pop)

#define k_steamIDNil CSteamID()
