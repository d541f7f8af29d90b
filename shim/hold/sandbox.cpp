#include <shim/hold/sandbox.hpp>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>

#include <shim/io/error.hpp>
#include <shim/io/sealed_memory.hpp>

#ifdef SHIM_SECCOMP
#include <seccomp.h>
#endif

namespace shim::hold {
namespace {

bool limit(__rlimit_resource what, std::size_t most) {
  const rlimit both{most, most};
  return ::setrlimit(what, &both) == 0;
}

#ifdef SHIM_SANITIZED
bool limit_memory(std::size_t) { return true; }  // a sanitizer maps terabytes
#else
// The first number in /proc/self/statm (proc(5)): pages of address space.
std::size_t mapped_already() {
  unsigned long pages = 0;
  if (auto* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * io::page_size();
}

bool limit_memory(std::size_t more) { return limit(RLIMIT_AS, mapped_already() + more); }
#endif

#ifdef SHIM_SECCOMP
// mmap(2) and mremap(2) are malloc's; memory that can be run is nobody's.
bool allow_calls(scmp_filter_ctx filter) {
  constexpr int calls[] = {
      SCMP_SYS(read),           SCMP_SYS(write),        SCMP_SYS(poll),
      SCMP_SYS(ppoll),          SCMP_SYS(brk),          SCMP_SYS(munmap),
      SCMP_SYS(mremap),         SCMP_SYS(madvise),      SCMP_SYS(exit_group),
      SCMP_SYS(futex),          SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime),
      SCMP_SYS(restart_syscall)};
  for (const int call : calls)
    if (::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  return ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0;
}

// seccomp_load(3) gives errno's numbers, negated.
std::error_code give_up_calls() {
  auto* const filter = ::seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == nullptr || !allow_calls(filter))
    return std::make_error_code(std::errc::not_enough_memory);
  const int result = ::seccomp_load(filter);
  ::seccomp_release(filter);
  return {-result, std::generic_category()};
}
#else
std::error_code give_up_calls() { return {}; }
#endif

}  // namespace

std::error_code enter_sandbox(std::size_t memory) {
  if (::prctl(PR_SET_DUMPABLE, 0) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      !limit(RLIMIT_CORE, 0) || !limit_memory(memory))
    return io::last_error();
  return give_up_calls();
}

std::string_view sandbox_kind() {
#if defined(SHIM_SECCOMP)
  return "seccomp and a memory limit";
#elif defined(SHIM_SANITIZED)
  return "none, as a sanitizer needs more";
#else
  return "a memory limit, without seccomp";
#endif
}

}  // namespace shim::hold
