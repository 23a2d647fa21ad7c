/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/core_file.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void core_file_forbid(void) {
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}
