/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>

#include "cli/groups.h"

int main(int argc, char **argv) {
  setlocale(LC_CTYPE, "C.UTF-8"); /* NOLINT(concurrency-mt-unsafe): there is no other thread yet */
  return command_main(&groups_all, argc, argv, stdout, stderr);
}
