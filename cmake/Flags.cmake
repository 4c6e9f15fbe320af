# Compiler flags, carried by one target that every room and test links.
add_library(dwopt_flags INTERFACE)
target_compile_options(dwopt_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                                             -Wcast-qual -Wunused -Woverloaded-virtual -Wconversion -Wno-sign-conversion)
if(DWOPT_WERROR)
  target_compile_options(dwopt_flags INTERFACE -Werror)
endif()
if(DWOPT_SANITIZE)
  target_compile_options(dwopt_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
  target_link_options(dwopt_flags INTERFACE -fsanitize=address,undefined)
endif()
