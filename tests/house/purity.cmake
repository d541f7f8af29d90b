# core and vt/stream think and do nothing else: no symbol of the C library that touches the world
# may be undefined in them, and none of Boost's.
cmake_minimum_required(VERSION 3.25)
set(forbidden
  read write open openat close poll ppoll select epoll_wait ioctl fcntl fork vfork execv execve
  posix_spawn waitpid kill raise signal sigaction socket connect accept sendmsg recvmsg mmap
  clock_gettime gettimeofday time nanosleep usleep sleep getenv setenv isatty tcgetattr tcsetattr
  printf fprintf puts fputs fopen fread fwrite system exit abort getpid pthread_create
  _ZNSt6chrono3_V212steady_clock3nowEv _ZNSt6chrono3_V212system_clock3nowEv _ZSt4cout _ZSt4cerr)
set(checked 0)
set(wrong "")
foreach(library IN LISTS LIBRARIES)
  execute_process(COMMAND ${NM} -u ${library} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "U [^\n]+" symbols "${output}")
  foreach(symbol IN LISTS symbols)
    math(EXPR checked "${checked} + 1")
    string(REGEX REPLACE "^U ([^@]+).*" "\\1" name "${symbol}")
    if(name IN_LIST forbidden OR name MATCHES "boost")
      string(APPEND wrong "  ${name} in ${library}\n")
    endif()
  endforeach()
endforeach()
if(checked EQUAL 0)
  message(FATAL_ERROR "no symbol was read: nothing is checked")
endif()
if(wrong)
  message(FATAL_ERROR "the pure rooms call:\n${wrong}")
endif()
message(STATUS "${checked} undefined symbols, none of them forbidden")
