// Callbacks and call results, as libsteam_api dispatches them. Part of steamgs' own declarations of
// the Steamworks ABI: the order of virtual functions and members below is that ABI.
#pragma once

#include "steam/values.h"

class CCallbackBase {
  public:
    CCallbackBase() : m_nCallbackFlags(0), m_iCallback(0) {}
    CCallbackBase(const CCallbackBase&) = delete;
    CCallbackBase& operator=(const CCallbackBase&) = delete;

    // No virtual destructor: the table of virtual functions is shared with libsteam_api.
#ifdef STEAMGS_MICROSOFT_LAYOUT
    virtual void Run(void* payload, bool io_failure, SteamAPICall_t call) = 0;
    virtual void Run(void* payload) = 0;
#else
    virtual void Run(void* payload) = 0;
    virtual void Run(void* payload, bool io_failure, SteamAPICall_t call) = 0;
#endif
    virtual int GetCallbackSizeBytes() = 0;
    int GetICallback() { return m_iCallback; }

  protected:
    enum { k_ECallbackFlagsRegistered = 0x01, k_ECallbackFlagsGameServer = 0x02 };
    uint8 m_nCallbackFlags;
    int m_iCallback;
    friend class CCallbackMgr;
};

S_API void S_CALLTYPE SteamAPI_RunCallbacks();
S_API void S_CALLTYPE SteamGameServer_RunCallbacks();
S_API void S_CALLTYPE SteamAPI_RegisterCallback(CCallbackBase* callback, int id);
S_API void S_CALLTYPE SteamAPI_UnregisterCallback(CCallbackBase* callback);
S_API void S_CALLTYPE SteamAPI_RegisterCallResult(CCallbackBase* result, SteamAPICall_t call);
S_API void S_CALLTYPE SteamAPI_UnregisterCallResult(CCallbackBase* result, SteamAPICall_t call);

template <int kSize>
class CCallbackImpl : protected CCallbackBase {
  public:
    virtual ~CCallbackImpl() {
        if (m_nCallbackFlags & k_ECallbackFlagsRegistered) {
            SteamAPI_UnregisterCallback(this);
        }
    }
    void SetGameserverFlag() { m_nCallbackFlags |= k_ECallbackFlagsGameServer; }

  protected:
    friend class CCallbackMgr;
    void Run(void* payload) override = 0;
    void Run(void* payload, bool, SteamAPICall_t) override { Run(payload); }
    int GetCallbackSizeBytes() override { return kSize; }
};

// Calls a member function of T with each callback P.
template <class T, class P, bool kGameServer = false>
class CCallback : public CCallbackImpl<static_cast<int>(sizeof(P))> {
  public:
    typedef void (T::*func_t)(P*);

    CCallback(T* object, func_t function) : m_pObj(nullptr), m_Func(nullptr) {
        if (kGameServer) {
            this->SetGameserverFlag();
        }
        Register(object, function);
    }

    void Register(T* object, func_t function) {
        if (object == nullptr || function == nullptr) {
            return;
        }
        if (this->m_nCallbackFlags & CCallbackBase::k_ECallbackFlagsRegistered) {
            Unregister();
        }
        m_pObj = object;
        m_Func = function;
        SteamAPI_RegisterCallback(this, P::k_iCallback);
    }
    void Unregister() { SteamAPI_UnregisterCallback(this); }

  protected:
    void Run(void* payload) override { (m_pObj->*m_Func)(static_cast<P*>(payload)); }

    T* m_pObj;
    func_t m_Func;
};

template <class T, class P, bool kGameServer = false>
class CCallbackManual : public CCallback<T, P, kGameServer> {
  public:
    CCallbackManual() : CCallback<T, P, kGameServer>(nullptr, nullptr) {}
};

// Calls a member function of T with the answer P to one call.
template <class T, class P>
class CCallResult : private CCallbackBase {
  public:
    typedef void (T::*func_t)(P*, bool);

    CCallResult() : m_hAPICall(k_uAPICallInvalid), m_pObj(nullptr), m_Func(nullptr) {
        m_iCallback = P::k_iCallback;
    }
    ~CCallResult() { Cancel(); }

    void Set(SteamAPICall_t call, T* object, func_t function) {
        Cancel();
        m_hAPICall = call;
        m_pObj = object;
        m_Func = function;
        if (call != k_uAPICallInvalid) {
            SteamAPI_RegisterCallResult(this, call);
        }
    }
    bool IsActive() const { return m_hAPICall != k_uAPICallInvalid; }
    void Cancel() {
        if (m_hAPICall != k_uAPICallInvalid) {
            SteamAPI_UnregisterCallResult(this, m_hAPICall);
            m_hAPICall = k_uAPICallInvalid;
        }
    }
    void SetGameserverFlag() { m_nCallbackFlags |= k_ECallbackFlagsGameServer; }

  private:
    // The dispatcher takes a call result out of its registry before it runs it.
    void Run(void* payload) override {
        m_hAPICall = k_uAPICallInvalid;
        (m_pObj->*m_Func)(static_cast<P*>(payload), false);
    }
    void Run(void* payload, bool io_failure, SteamAPICall_t call) override {
        if (call == m_hAPICall) {
            m_hAPICall = k_uAPICallInvalid;
            (m_pObj->*m_Func)(static_cast<P*>(payload), io_failure);
        }
    }
    int GetCallbackSizeBytes() override { return static_cast<int>(sizeof(P)); }

    SteamAPICall_t m_hAPICall;
    T* m_pObj;
    func_t m_Func;
};
