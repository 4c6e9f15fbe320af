# A room is a folder of src/core: one target, one include root, one floor.
#
#   dwopt_room(sql FLOOR 2 ROOMS model USES PkgQuery)
#
# Its .cpp files are the folder's. Other rooms see only include/<room>/. ROOMS are rooms on lower floors; a room that
# names one on its own floor or above stops the configuration, and because a room's include root reaches only those
# who name it, a wrong #include does not compile.
function(dwopt_room room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FLOOR" "ROOMS;USES;PUBLIC_USES")
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(target dwopt_${room})
  add_library(${target} STATIC ${sources})
  add_library(dwopt::${room} ALIAS ${target})
  set_target_properties(${target} PROPERTIES DWOPT_FLOOR ${arg_FLOOR} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_link_libraries(${target} PRIVATE dwopt_flags ${arg_USES} PUBLIC ${arg_PUBLIC_USES})
  dwopt_precompile(${target})
  foreach(lower IN LISTS arg_ROOMS)
    get_target_property(floor dwopt_${lower} DWOPT_FLOOR)
    if(NOT floor LESS arg_FLOOR)
      message(FATAL_ERROR "room '${room}' (floor ${arg_FLOOR}) must not use room '${lower}' (floor ${floor})")
    endif()
    target_link_libraries(${target} PUBLIC dwopt::${lower})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY DWOPT_ROOMS ${target})
endfunction()
