# Every row is there, and every one of those that must have figures has them.
execute_process(COMMAND ${BENCH} --quick --rounds 1 --shim ${SHIM}
  OUTPUT_VARIABLE text ERROR_VARIABLE errors RESULT_VARIABLE status)
message("${text}${errors}")
if(text MATCHES "\\[skipped\\]")
  return()
endif()
if(NOT status EQUAL 0)
  message(FATAL_ERROR "bench_session: ${status}")
endif()

set(figure "[-0-9.]+ \\([-0-9.]+")
set(required
  "plain ssh +${figure}.*ssh-shim +${figure}.*--no-hold +${figure}.*script +${figure}")
set(optional "dtach +[0-9n].*tmux +[0-9n].*screen +[0-9n]")
set(everybody "${required}[^\n]*\n.*${optional}[^\n]*\nclaim: ")
set(in_bulk "[0-9.]+ MB of [^\n]* text, ms\n.*${everybody}")
foreach(part
    "echo: .*${everybody}"
    "bulk: ${in_bulk}.*bulk: ${in_bulk}.*bulk: ${in_bulk}"
    "start: .*${required}[^\n]*\nclaim: "
    "flight: .*${required}.*flight: .*ssh-shim +${figure}.*\nclaim: "
    "attach: .*ssh-shim +${figure}.*\nclaim: "
    "ls: .*ssh-shim +${figure}.*\nclaim: "
    "memory: (left out|.*ssh-shim +${figure}.*\nclaim: )")
  if(NOT text MATCHES "\n${part}")
    message(FATAL_ERROR "no rows as in: ${part}")
  endif()
endforeach()
