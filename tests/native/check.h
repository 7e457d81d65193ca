// Ends a test's program where something is not as it should be.
#pragma once

#include <cstdio>
#include <cstdlib>

#define CHECK(condition)                                                     \
    do {                                                                     \
        if (!(condition)) {                                                  \
            std::fprintf(stderr, "line %d: not %s\n", __LINE__, #condition); \
            std::exit(1);                                                    \
        }                                                                    \
    } while (false)
