/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/fetch_cage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"

/* ---- calls --------------------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

/* To run another program, to look into another process, and what goes round this filter. */
static const int refused[] = {SYS_execve,
                              SYS_execveat,
#ifndef __SANITIZE_ADDRESS__ /* the leak checker looks into its own process */
                              SYS_ptrace,
#endif
                              SYS_process_vm_readv,
                              SYS_process_vm_writev,
                              SYS_socketpair,
                              SYS_kill,
                              SYS_tkill,
                              SYS_pidfd_open,
                              SYS_pidfd_getfd,
                              SYS_setns,
                              SYS_unshare,
                              SYS_io_uring_setup,
                              SYS_open_by_handle_at,
                              SYS_add_key,
                              SYS_keyctl,
                              SYS_request_key,
                              SYS_bpf,
                              SYS_userfaultfd};

/* The families that a mailbox and its name are reached by; AF_NETLINK is how the C library learns of
 * addresses. */
static const int families[] = {AF_INET, AF_INET6, AF_NETLINK};

#define LOAD(field)                                                                                          \
  ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field)))
#define EQUAL(value, yes, no)                                                                                \
  ((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (__u32)(value), (yes), (no)))
#define RETURN(what)   ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (__u32)(what)))
#define REFUSE(number) RETURN(SECCOMP_RET_ERRNO | (number))

static void add(GArray *filter, struct sock_filter one) {
  g_array_append_val(filter, one);
}

/* The low half of the first argument: socket(2) takes an int. */
static void add_families(GArray *filter) {
  const guint count = G_N_ELEMENTS(families);
  add(filter, EQUAL(SYS_socket, 0, count + 2));
  add(filter, LOAD(args[0]));
  for (guint i = 0; i < count; i++)
    add(filter, EQUAL(families[i], count - i, 0));
  add(filter, REFUSE(EAFNOSUPPORT));
}

static GArray *filter_new(void) {
  GArray *filter = g_array_new(FALSE, FALSE, sizeof(struct sock_filter));
#ifdef ARCHITECTURE
  add(filter, LOAD(arch));
  add(filter, EQUAL(ARCHITECTURE, 1, 0));
  add(filter, REFUSE(ENOSYS));
#endif
  add(filter, LOAD(nr));
#ifdef __x86_64__
  /* The same calls under other numbers. */
  add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000U, 0, 1));
  add(filter, REFUSE(ENOSYS));
#endif
  for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
    add(filter, EQUAL(refused[i], 0, 1));
    add(filter, REFUSE(EPERM));
  }
  add_families(filter);
  add(filter, RETURN(SECCOMP_RET_ALLOW));
  return filter;
}

/* By prctl and not by seccomp(2), which the service's own filter does not let through. */
static int close_calls(GError **error) {
  g_autoptr(GArray) filter = filter_new();
  struct sock_fprog program = {.len = (unsigned short)filter->len,
                               .filter = (struct sock_filter *)filter->data};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
    return fault_errno(error, errno,
                       "the process that reads mailboxes cannot give up what it does not need (seccomp)");
  return 0;
}

/* ---- files --------------------------------------------------------------------------------------- */

#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define MOVING  (LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REFER)
#define ALL                                                                                                  \
  (READING | MOVING | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |                           \
   LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |              \
   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |             \
   LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What names, certificates and the libraries behind both take. Not /etc as a whole: passwords lie there. */
static const char *const readable[] = {"/usr",
                                       "/lib",
                                       "/lib64",
                                       "/etc/ssl",
                                       "/etc/ca-certificates",
                                       "/etc/pki",
                                       "/etc/pkcs11",
                                       "/etc/gnutls",
                                       "/etc/crypto-policies",
                                       "/etc/hosts",
                                       "/etc/host.conf",
                                       "/etc/resolv.conf",
                                       "/etc/nsswitch.conf",
                                       "/etc/gai.conf",
                                       "/etc/services",
                                       "/etc/protocols",
                                       "/etc/localtime",
                                       "/etc/ld.so.cache",
                                       "/run/systemd/resolve",
                                       "/run/resolvconf",
                                       "/run/NetworkManager",
#ifdef __SANITIZE_ADDRESS__
                                       "/proc",
#endif
                                       "/dev/null",
                                       "/dev/urandom"};

/* One that is not there needs no leave. */
static void allow(int ruleset, const char *path, __u64 what) {
  struct stat st;
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0)
    return;
  struct landlock_path_beneath_attr attr = {.allowed_access = what, .parent_fd = fd};
  if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
    attr.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE;
  (void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attr, 0);
  close(fd);
}

static void allow_source(int ruleset, const MailSource *source, __u64 all) {
  if (source->ca_file != NULL)
    allow(ruleset, source->ca_file, READING);
  if (source->path != NULL)
    allow(ruleset, source->path, READING | (source->after == MAIL_AFTER_MOVE ? MOVING & all : 0));
}

/* FALSE when this kernel has none of it. */
static gboolean close_files(const GPtrArray *sources) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  __u64 all = version >= 2 ? ALL : ALL & ~(__u64)LANDLOCK_ACCESS_FS_REFER;
  const struct landlock_ruleset_attr attr = {.handled_access_fs = all};
  int ruleset = version >= 1 ? (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0) : -1;
  if (ruleset < 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(readable); i++)
    allow(ruleset, readable[i], READING);
  for (guint i = 0; i < sources->len; i++)
    allow_source(ruleset, sources->pdata[i], all);
  gboolean closed = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  close(ruleset);
  return closed;
}

int fetch_cage_close(const GPtrArray *sources, gboolean *ret_files, GError **error) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fault_errno(error, errno, "the process that reads mailboxes cannot give up its rights");
  *ret_files = close_files(sources);
  return close_calls(error);
}
