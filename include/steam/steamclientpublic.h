// Result codes and Steam ids. Part of steamgs' own declarations of the Steamworks ABI.
#pragma once

#include "steamtypes.h"
#include "steamuniverse.h"

// Of a fixed type, unlike Valve's: Steam may send values that are not listed here.
enum EResult : int {
    k_EResultNone = 0,
    k_EResultOK = 1,
    k_EResultFail = 2,
    k_EResultNoConnection = 3,
    k_EResultInvalidPassword = 5,
    k_EResultLoggedInElsewhere = 6,
    k_EResultInvalidProtocolVer = 7,
    k_EResultInvalidParam = 8,
    k_EResultFileNotFound = 9,
    k_EResultBusy = 10,
    k_EResultInvalidState = 11,
    k_EResultInvalidName = 12,
    k_EResultInvalidEmail = 13,
    k_EResultDuplicateName = 14,
    k_EResultAccessDenied = 15,
    k_EResultTimeout = 16,
    k_EResultBanned = 17,
    k_EResultAccountNotFound = 18,
    k_EResultInvalidSteamID = 19,
    k_EResultServiceUnavailable = 20,
    k_EResultNotLoggedOn = 21,
    k_EResultPending = 22,
    k_EResultEncryptionFailure = 23,
    k_EResultInsufficientPrivilege = 24,
    k_EResultLimitExceeded = 25,
    k_EResultRevoked = 26,
    k_EResultExpired = 27,
    k_EResultAlreadyRedeemed = 28,
    k_EResultDuplicateRequest = 29,
    k_EResultAlreadyOwned = 30,
    k_EResultIPNotFound = 31,
    k_EResultPersistFailed = 32,
    k_EResultLockingFailed = 33,
    k_EResultLogonSessionReplaced = 34,
    k_EResultConnectFailed = 35,
    k_EResultHandshakeFailed = 36,
    k_EResultIOFailure = 37,
    k_EResultRemoteDisconnect = 38,
    k_EResultShoppingCartNotFound = 39,
    k_EResultBlocked = 40,
    k_EResultIgnored = 41,
    k_EResultNoMatch = 42,
    k_EResultAccountDisabled = 43,
    k_EResultServiceReadOnly = 44,
    k_EResultAccountNotFeatured = 45,
    k_EResultAdministratorOK = 46,
    k_EResultContentVersion = 47,
    k_EResultTryAnotherCM = 48,
    k_EResultPasswordRequiredToKickSession = 49,
    k_EResultAlreadyLoggedInElsewhere = 50,
    k_EResultSuspended = 51,
    k_EResultCancelled = 52,
    k_EResultDataCorruption = 53,
    k_EResultDiskFull = 54,
    k_EResultRemoteCallFailed = 55,
    k_EResultPasswordUnset = 56,
    k_EResultExternalAccountUnlinked = 57,
    k_EResultPSNTicketInvalid = 58,
    k_EResultExternalAccountAlreadyLinked = 59,
    k_EResultRemoteFileConflict = 60,
    k_EResultIllegalPassword = 61,
    k_EResultSameAsPreviousValue = 62,
    k_EResultAccountLogonDenied = 63,
    k_EResultCannotUseOldPassword = 64,
    k_EResultInvalidLoginAuthCode = 65,
    k_EResultAccountLogonDeniedNoMail = 66,
    k_EResultHardwareNotCapableOfIPT = 67,
    k_EResultIPTInitError = 68,
    k_EResultParentalControlRestricted = 69,
    k_EResultFacebookQueryError = 70,
    k_EResultExpiredLoginAuthCode = 71,
    k_EResultIPLoginRestrictionFailed = 72,
    k_EResultAccountLockedDown = 73,
    k_EResultAccountLogonDeniedVerifiedEmailRequired = 74,
    k_EResultNoMatchingURL = 75,
    k_EResultBadResponse = 76,
    k_EResultRequirePasswordReEntry = 77,
    k_EResultValueOutOfRange = 78,
    k_EResultUnexpectedError = 79,
    k_EResultDisabled = 80,
    k_EResultInvalidCEGSubmission = 81,
    k_EResultRestrictedDevice = 82,
    k_EResultRegionLocked = 83,
    k_EResultRateLimitExceeded = 84,
    k_EResultAccountLoginDeniedNeedTwoFactor = 85,
    k_EResultItemDeleted = 86,
    k_EResultAccountLoginDeniedThrottle = 87,
    k_EResultTwoFactorCodeMismatch = 88,
    k_EResultTwoFactorActivationCodeMismatch = 89,
    k_EResultAccountAssociatedToMultiplePartners = 90,
    k_EResultNotModified = 91,
    k_EResultNoMobileDevice = 92,
    k_EResultTimeNotSynced = 93,
    k_EResultSmsCodeFailed = 94,
    k_EResultAccountLimitExceeded = 95,
    k_EResultAccountActivityLimitExceeded = 96,
    k_EResultPhoneActivityLimitExceeded = 97,
    k_EResultRefundToWallet = 98,
    k_EResultEmailSendFailure = 99,
    k_EResultNotSettled = 100,
    k_EResultNeedCaptcha = 101,
    k_EResultGSLTDenied = 102,
    k_EResultGSOwnerDenied = 103,
    k_EResultInvalidItemType = 104,
    k_EResultIPBanned = 105,
    k_EResultGSLTExpired = 106,
    k_EResultInsufficientFunds = 107,
    k_EResultTooManyPending = 108,
    k_EResultNoSiteLicensesFound = 109,
    k_EResultWGNetworkSendExceeded = 110,
    k_EResultAccountNotFriends = 111,
    k_EResultLimitedUserAccount = 112,
    k_EResultCantRemoveItem = 113,
    k_EResultAccountDeleted = 114,
    k_EResultExistingUserCancelledLicense = 115,
    k_EResultCommunityCooldown = 116,
    k_EResultNoLauncherSpecified = 117,
    k_EResultMustAgreeToSSA = 118,
    k_EResultLauncherMigrated = 119,
    k_EResultSteamRealmMismatch = 120,
    k_EResultInvalidSignature = 121,
    k_EResultParseFailure = 122,
    k_EResultNoVerifiedPhone = 123,
    k_EResultInsufficientBattery = 124,
    k_EResultChargerRequired = 125,
    k_EResultCachedCredentialInvalid = 126,
    K_EResultPhoneNumberIsVOIP = 127,
    k_EResultNotSupported = 128,
    k_EResultFamilySizeLimitExceeded = 129,
    k_EResultOfflineAppCacheInvalid = 130,
    k_EResultTryLater = 131,
};

enum EDenyReason : int {
    k_EDenyInvalid = 0,
    k_EDenyInvalidVersion = 1,
    k_EDenyGeneric = 2,
    k_EDenyNotLoggedOn = 3,
    k_EDenyNoLicense = 4,
    k_EDenyCheater = 5,
    k_EDenyLoggedInElseWhere = 6,
    k_EDenyUnknownText = 7,
    k_EDenyIncompatibleAnticheat = 8,
    k_EDenyMemoryCorruption = 9,
    k_EDenyIncompatibleSoftware = 10,
    k_EDenySteamConnectionLost = 11,
    k_EDenySteamConnectionError = 12,
    k_EDenySteamResponseTimedOut = 13,
    k_EDenySteamValidationStalled = 14,
    k_EDenySteamOwnerLeftGuestUser = 15,
};

enum EBeginAuthSessionResult : int {
    k_EBeginAuthSessionResultOK = 0,
    k_EBeginAuthSessionResultInvalidTicket = 1,
    k_EBeginAuthSessionResultDuplicateRequest = 2,
    k_EBeginAuthSessionResultInvalidVersion = 3,
    k_EBeginAuthSessionResultGameMismatch = 4,
    k_EBeginAuthSessionResultExpiredTicket = 5,
};

enum EAuthSessionResponse : int {
    k_EAuthSessionResponseOK = 0,
    k_EAuthSessionResponseUserNotConnectedToSteam = 1,
    k_EAuthSessionResponseNoLicenseOrExpired = 2,
    k_EAuthSessionResponseVACBanned = 3,
    k_EAuthSessionResponseLoggedInElseWhere = 4,
    k_EAuthSessionResponseVACCheckTimedOut = 5,
    k_EAuthSessionResponseAuthTicketCanceled = 6,
    k_EAuthSessionResponseAuthTicketInvalidAlreadyUsed = 7,
    k_EAuthSessionResponseAuthTicketInvalid = 8,
    k_EAuthSessionResponsePublisherIssuedBan = 9,
    k_EAuthSessionResponseAuthTicketNetworkIdentityFailure = 10,
};

enum EUserHasLicenseForAppResult : int {
    k_EUserHasLicenseResultHasLicense = 0,
    k_EUserHasLicenseResultDoesNotHaveLicense = 1,
    k_EUserHasLicenseResultNoAuth = 2,
};

enum EAccountType : int {
    k_EAccountTypeInvalid = 0,
    k_EAccountTypeIndividual = 1,
    k_EAccountTypeMultiseat = 2,
    k_EAccountTypeGameServer = 3,
    k_EAccountTypeAnonGameServer = 4,
    k_EAccountTypePending = 5,
    k_EAccountTypeContentServer = 6,
    k_EAccountTypeClan = 7,
    k_EAccountTypeChat = 8,
    k_EAccountTypeConsoleUser = 9,
    k_EAccountTypeAnonUser = 10,
    k_EAccountTypeMax,
};

using HAuthTicket = uint32;
constexpr HAuthTicket k_HAuthTicketInvalid = 0;

constexpr unsigned int k_unSteamAccountIDMask = 0xFFFFFFFF;
constexpr unsigned int k_unSteamAccountInstanceMask = 0x000FFFFF;
constexpr unsigned int k_unSteamUserDefaultInstance = 1;

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

// Callback structs are packed as on 32-bit: to 4 bytes, except on Windows, to 8. STEAMGS_PACK_LARGE
// lets the layouts of Windows be checked elsewhere.
#if defined(_WIN32) || defined(STEAMGS_PACK_LARGE)
#define VALVE_CALLBACK_PACK_LARGE
#define STEAMGS_PACK_BEGIN STEAMGS_PRAGMA(pack(push, 8))
#else
#define VALVE_CALLBACK_PACK_SMALL
#define STEAMGS_PACK_BEGIN STEAMGS_PRAGMA(pack(push, 4))
#endif
#define STEAMGS_PACK_END STEAMGS_PRAGMA(pack(pop))

// As an operator: a plain #pragma takes a macro's name for the name of a stack entry.
#ifdef _MSC_VER
#define STEAMGS_PRAGMA(text) __pragma(text)
#else
#define STEAMGS_PRAGMA(text) _Pragma(#text)
#endif
