# Where the FHS expects things; and a .deb of them.
get_property(rooms GLOBAL PROPERTY DWOPT_ROOMS)

# One library of all rooms for programs that embed the loop.
set(objects)
foreach(room IN LISTS rooms)
  list(APPEND objects $<TARGET_OBJECTS:${room}>)
endforeach()
