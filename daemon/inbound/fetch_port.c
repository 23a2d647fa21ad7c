/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/fetch_port.h"

#include <errno.h>
#include <poll.h>

gboolean fetch_port_wait(const FetchPort *port, int fd, gint64 until) {
  struct pollfd p[] = {{.fd = port->stop_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
  for (;;) {
    gint64 left = until - g_get_monotonic_time();
    int n = poll(p, G_N_ELEMENTS(p), left <= 0 ? 0 : (int)MIN(left / 1000 + 1, G_MAXINT));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 || p[0].revents != 0)
      return FALSE;
    if (n > 0 || left <= 0)
      return TRUE;
  }
}
