# cython: language_level=3
# What the files of the extension share: C declarations, and the classes' members.

cimport cython
from cpython.object cimport PyObject
from libc.stdint cimport int32_t, int64_t, intptr_t, uint8_t, uint16_t, uint32_t, uint64_t
from libcpp cimport bool as cpp_bool
from libcpp.deque cimport deque
from libcpp.memory cimport make_shared, shared_ptr
from libcpp.string cimport string
from libcpp.unordered_set cimport unordered_set
from libcpp.vector cimport vector

include "core/python.pxd"
include "core/gil.pxd"
include "core/steam_types.pxd"
include "core/externs.pxd"
include "core/negotiation.pxd"
include "core/steam.pxd"
include "interfaces/workshop_details.pxd"
include "interfaces/inventory_items.pxd"
include "core/served.pxd"
include "core/event.pxd"
include "core/events.pxd"
include "core/slow_handlers.pxd"
include "core/handlers.pxd"
include "core/signal.pxd"
include "core/held_handle.pxd"
include "core/dispatch.pxd"
include "core/columns.pxd"
include "core/team.pxd"
include "core/questions.pxd"
include "core/calls.pxd"
include "core/awaiter.pxd"
include "core/waiting.pxd"
include "core/stream.pxd"
include "core/owned_handle.pxd"
include "core/asked_handle.pxd"
include "core/players.pxd"
include "core/pending.pxd"
include "core/authentication.pxd"
include "core/logon_progress.pxd"
include "core/lifecycle.pxd"
include "core/wake_up.pxd"
include "interfaces/stats.pxd"
include "interfaces/networking/steam.pxd"
include "interfaces/networking/forward.pxd"
include "interfaces/networking/batch.pxd"
include "interfaces/networking/inbox.pxd"
include "interfaces/networking/poll_group.pxd"
include "interfaces/networking/listener.pxd"
include "interfaces/networking/connection.pxd"
include "interfaces/networking/fake_udp_port.pxd"
include "interfaces/networking/sockets.pxd"
include "interfaces/networking/utils.pxd"
include "interfaces/utils.pxd"
include "interfaces/networking/messages.pxd"
include "interfaces/workshop.pxd"
include "interfaces/workshop_query.pxd"
include "interfaces/workshop_search.pxd"
include "interfaces/http.pxd"
include "interfaces/inventory.pxd"
include "interfaces/inventory_result.pxd"
include "interfaces/inventory_update.pxd"
