/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/agent.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "sign/operation.h"

#define LINE_MAX_OCTETS 1002 /* of the agent's protocol, with its end */

typedef struct {
  int fd;
  gint64 until; /* monotonic */
  char line[LINE_MAX_OCTETS];
  gsize have;
} Talk;

static gboolean wait_for(const Talk *talk, short event) {
  gint64 left = talk->until - g_get_monotonic_time();
  struct pollfd one = {.fd = talk->fd, .events = event};
  return left > 0 && poll(&one, 1, (int)(left / 1000) + 1) == 1;
}

static gboolean say(Talk *talk, const char *text, gsize length) {
  while (length > 0) {
    gssize n = wait_for(talk, POLLOUT) ? send(talk->fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
    if (n <= 0)
      return FALSE;
    text += n;
    length -= (gsize)n;
  }
  return TRUE;
}

/* One more line, in talk->line; FALSE when none comes. */
static gboolean hear(Talk *talk) {
  for (talk->have = 0; talk->have < sizeof talk->line - 1; talk->have++) {
    char *at = &talk->line[talk->have];
    if (!wait_for(talk, POLLIN) || recv(talk->fd, at, 1, 0) != 1)
      return FALSE;
    if (*at == '\n') {
      *at = '\0';
      return TRUE;
    }
  }
  return FALSE;
}

/* Comments and status lines may come before the answer. 1: OK, 0: ERR, -1: nothing. */
static int answer(Talk *talk) {
  while (hear(talk)) {
    if (strcmp(talk->line, "OK") == 0 || g_str_has_prefix(talk->line, "OK "))
      return 1;
    if (g_str_has_prefix(talk->line, "ERR "))
      return 0;
  }
  return -1;
}

static int connect_to(const Home *home) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_autofree char *path = g_build_filename(home_folder(home), "S.gpg-agent", NULL);
  if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}

int agent_tell(Home *home, const char *command, GError **error) {
  Talk talk = {.fd = connect_to(home), .until = g_get_monotonic_time() + operation_patience(home)};
  int said = -1;
  if (talk.fd >= 0) {
    if (answer(&talk) == 1 && say(&talk, command, strlen(command)) && say(&talk, "\n", 1))
      said = answer(&talk);
    close(talk.fd);
    if (said < 0 && g_get_monotonic_time() >= talk.until)
      operation_end_agent(home);
  }
  if (said < 0)
    return fault(error, FAULT_BUSY, "the agent of %s does not answer; it is started anew at the next try",
                 home_folder(home));
  return said == 1 ? 0
                   : fault(error, FAULT_RULE, "the agent of %s refuses (%s); see `valise doctor`",
                           home_folder(home), talk.line);
}
