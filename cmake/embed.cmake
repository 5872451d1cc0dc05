# b7_embed(target symbol file): compiles the bytes of a file into a target as
#   const unsigned char SYMBOL[]; const size_t SYMBOL_length;
# The array is followed by a NUL that is not counted, so that a text can be read as a C string.
#
# The same file runs as a script at build time (cmake -D ... -P), which keeps the build free of xxd.

if(CMAKE_SCRIPT_MODE_FILE AND DEFINED B7_EMBED_SOURCE)
  file(READ "${B7_EMBED_INPUT}" hex HEX)
  # twelve bytes a line: short lines compile faster than one of a megabyte
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REPEAT "0x..," 24 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  file(WRITE "${B7_EMBED_SOURCE}.new"
       "#include <stddef.h>\n\n"
       "extern const unsigned char ${B7_EMBED_SYMBOL}[];\n"
       "extern const size_t ${B7_EMBED_SYMBOL}_length;\n\n"
       "const unsigned char ${B7_EMBED_SYMBOL}[] = {\n${bytes}0x00};\n"
       "const size_t ${B7_EMBED_SYMBOL}_length = sizeof ${B7_EMBED_SYMBOL} - 1;\n")
  file(RENAME "${B7_EMBED_SOURCE}.new" "${B7_EMBED_SOURCE}")
  return()
endif()

set(B7_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(b7_embed target symbol file)
  get_filename_component(input "${file}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.c")
  file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/embedded")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND ${CMAKE_COMMAND} "-DB7_EMBED_INPUT=${input}" "-DB7_EMBED_SYMBOL=${symbol}"
            "-DB7_EMBED_SOURCE=${source}" -P "${B7_EMBED_SCRIPT}"
    DEPENDS "${input}" "${B7_EMBED_SCRIPT}"
    COMMENT "Embedding ${file}"
    VERBATIM)
  target_sources(${target} PRIVATE "${source}")
endfunction()
