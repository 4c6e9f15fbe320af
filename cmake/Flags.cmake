# Compiler flags, carried by one target that every room and test links.
add_library(dwopt_flags INTERFACE)
target_compile_options(dwopt_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                                             -Wcast-qual -Wunused -Woverloaded-virtual -Wconversion -Wno-sign-conversion)
# With -O2, g++ 12 and 13 see overflows and overreads in inlined fmt and libstdc++ code that are none (gcc.gnu.org/PR105329, PR105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  target_compile_options(dwopt_flags INTERFACE $<$<CONFIG:Release>:-Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-restrict>)
endif()
if(DWOPT_WERROR)
  target_compile_options(dwopt_flags INTERFACE -Werror)
endif()
if(DWOPT_SANITIZE)
  target_compile_options(dwopt_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
  # Instrumented, g++ sees uninitialised values in <regex> that are none (gcc.gnu.org/PR105562).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(dwopt_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(dwopt_flags INTERFACE -fsanitize=address,undefined)
endif()
