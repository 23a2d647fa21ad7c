/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/guard.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/role.h"

/* ---- which calls --------------------------------------------------------------------------------- */

static const int allowed[] = {
    SYS_read,          SYS_write,           SYS_writev,       SYS_close,          SYS_recvfrom,
    SYS_sendto,        SYS_recvmsg,         SYS_sendmsg,      SYS_ppoll,          SYS_brk,
    SYS_munmap,        SYS_mremap,          SYS_madvise,      SYS_futex,          SYS_exit,
    SYS_exit_group,    SYS_rt_sigreturn,    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_sigaltstack,
    SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep,    SYS_gettimeofday,   SYS_getpid,
    SYS_gettid,        SYS_getrandom,       SYS_sched_yield,  SYS_setitimer,      SYS_restart_syscall,
#ifdef SYS_poll
    SYS_poll,
#endif
};

/* Nothing that we use makes them: whoever does has taken the process over. */
static const int deadly[] = {
    SYS_execve,
    SYS_execveat,
    SYS_clone,
    SYS_ptrace,
    SYS_socket,
    SYS_connect,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kexec_load,
    SYS_init_module,
    SYS_mount,
    SYS_unshare,
#ifdef SYS_clone3
    SYS_clone3,
#endif
#ifdef SYS_fork
    SYS_fork,
#endif
#ifdef SYS_vfork
    SYS_vfork,
#endif
#ifdef SYS_bpf
    SYS_bpf,
#endif
};

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && G_BYTE_ORDER == G_LITTLE_ENDIAN
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#endif

/* A sanitizer that has found something starts a program to tell where. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DEADLY (SECCOMP_RET_ERRNO | EPERM)
#else
#define DEADLY SECCOMP_RET_KILL_PROCESS
#endif

/* ---- the filter ---------------------------------------------------------------------------------- */

static void add(GArray *filter, struct sock_filter step) {
  g_array_append_val(filter, step);
}

static void load(GArray *filter, gsize offset) {
  add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (guint32)offset));
}

/* The lower half of an argument: what is compared here has no upper one. */
static void load_argument(GArray *filter, guint argument) {
  gsize low = G_BYTE_ORDER == G_BIG_ENDIAN ? 4 : 0;
  load(filter, offsetof(struct seccomp_data, args) + argument * sizeof(guint64) + low);
}

static void end_with(GArray *filter, guint32 action) {
  add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Skips N steps unless what was loaded is WHAT. */
static void unless_is(GArray *filter, guint32 what, guint8 n) {
  add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, what, 0, n));
}

/* Skips N steps unless what was loaded has a bit of BITS. */
static void unless_has(GArray *filter, guint32 bits, guint8 n) {
  add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, n));
}

static void add_calls(GArray *filter, const int *calls, gsize count, guint32 action) {
  for (gsize i = 0; i < count; i++) {
    unless_is(filter, (guint32)calls[i], 1);
    end_with(filter, action);
  }
}

/* Memory, but none that could be run. */
static void add_memory_call(GArray *filter, int call) {
  unless_is(filter, (guint32)call, 4);
  load_argument(filter, 2);
  unless_has(filter, PROT_EXEC, 1);
  end_with(filter, SECCOMP_RET_ERRNO | EPERM);
  end_with(filter, SECCOMP_RET_ALLOW);
}

/* abort() sends itself a signal; nobody else gets one. */
static void add_own_signal(GArray *filter) {
  unless_is(filter, SYS_tgkill, 4);
  load_argument(filter, 0);
  unless_is(filter, (guint32)getpid(), 1);
  end_with(filter, SECCOMP_RET_ALLOW);
  end_with(filter, SECCOMP_RET_ERRNO | EPERM);
}

#ifdef ARCHITECTURE
static GArray *filter_new(void) {
  GArray *filter = g_array_new(FALSE, FALSE, sizeof(struct sock_filter));
  load(filter, offsetof(struct seccomp_data, arch));
  add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
  end_with(filter, SECCOMP_RET_KILL_PROCESS);
  load(filter, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
  /* The calls of x32 have numbers of their own. */
  unless_has(filter, 0x40000000U, 1);
  end_with(filter, SECCOMP_RET_KILL_PROCESS);
#endif
  add_calls(filter, allowed, G_N_ELEMENTS(allowed), SECCOMP_RET_ALLOW);
  add_memory_call(filter, SYS_mmap);
  add_memory_call(filter, SYS_mprotect);
  add_own_signal(filter);
  add_calls(filter, deadly, G_N_ELEMENTS(deadly), DEADLY);
  end_with(filter, SECCOMP_RET_ERRNO | EPERM);
  return filter;
}

/* By prctl and not by seccomp(2), which the service's own filter does not let through. */
static int close_calls(void) {
  g_autoptr(GArray) filter = filter_new();
  struct sock_fprog program = {(unsigned short)filter->len, (struct sock_filter *)(gpointer)filter->data};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? 0 : errno;
}
#else
static int close_calls(void) {
  return ENOSYS;
}
#endif

/* ---- ceilings ------------------------------------------------------------------------------------ */

/* The shadow of a sanitizer is larger than any ceiling. */
static gboolean close_memory(gsize memory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return memory == 0;
#else
  const struct rlimit ceiling = {memory, memory};
  return setrlimit(RLIMIT_AS, &ceiling) == 0;
#endif
}

/* No descriptor above those it has (poll wants as many as it asks about), no process. */
static void close_numbers(void) {
  const struct rlimit descriptors = {ROLE_SOCKET + 1, ROLE_SOCKET + 1}, none = {0, 0};
  setrlimit(RLIMIT_NOFILE, &descriptors);
  setrlimit(RLIMIT_NPROC, &none);
}

Guard guard_close(gsize memory) {
  Guard guard = {.memory = close_memory(memory)};
  close_numbers();
  int failed = close_calls();
  guard.calls = failed == 0;
  if (!guard.calls)
    g_snprintf(guard.why, sizeof guard.why, "system calls are not filtered: %s", g_strerror(failed));
  else if (!guard.memory)
    g_strlcpy(guard.why, "no ceiling of memory in a build with sanitizers", sizeof guard.why);
  return guard;
}
