# The standard library and fmt are most of what a file takes to compile: read once, for all rooms. It can hide a missing
# #include; the tidy preset builds without and finds it.
option(DWOPT_PRECOMPILED "Precompile the standard headers and fmt" ON)

function(dwopt_precompile target)
  if(NOT DWOPT_PRECOMPILED)
    return()
  endif()
  if(NOT TARGET dwopt_precompiled)
    add_library(dwopt_precompiled OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
    set_target_properties(dwopt_precompiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(dwopt_precompiled PRIVATE dwopt_flags fmt::fmt)
    target_precompile_headers(dwopt_precompiled PRIVATE
      <algorithm> <array> <chrono> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
      <unordered_map> <variant> <vector> <fmt/format.h>)
  endif()
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)  # as the precompiled headers were
  target_link_libraries(${target} PRIVATE fmt::fmt)                         # … and defined
  target_precompile_headers(${target} REUSE_FROM dwopt_precompiled)
endfunction()
