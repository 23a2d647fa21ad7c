/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/actor.h"

#include <string.h>

#include "base/fault.h"

const Actor actor_daemon = {.id = 0, .name = "valised", .roles = ROLE_ADMIN};

static const struct {
  enum role role;
  const char *name;
} names[] = {
    {ROLE_ORGANISER, "organiser"}, {ROLE_APPROVER, "approver"}, {ROLE_VOLUNTEER, "volunteer"},
    {ROLE_AUDITOR, "auditor"},     {ROLE_ADMIN, "admin"},
};

gint64 actor_clearance(const Actor *actor) {
  return actor_has(actor, ROLE_ORGANISER | ROLE_APPROVER | ROLE_AUDITOR | ROLE_ADMIN) ? 1 : 0;
}

gboolean actor_has(const Actor *actor, guint roles) {
  return (actor->roles & roles) != 0;
}

char *roles_text(guint roles) {
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if ((roles & names[i].role) != 0)
      g_string_append_printf(text, "%s%s", text->len > 0 ? "," : "", names[i].name);
  return g_string_free(text, FALSE);
}

static int role_of(const char *name, guint *ret_role, GError **error) {
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i].name, name) == 0) {
      *ret_role = names[i].role;
      return 0;
    }
  return fault(error, FAULT_INPUT,
               "\"%s\" is no role: there are organiser, approver, volunteer, auditor and admin", name);
}

int roles_parse(const char *text, guint *ret_roles, GError **error) {
  g_auto(GStrv) parts = g_strsplit(text, ",", -1);
  guint roles = 0;
  for (char **part = parts; *part != NULL; part++) {
    guint role;
    int r = role_of(g_strstrip(*part), &role, error);
    if (r < 0)
      return r;
    roles |= role;
  }
  if (roles == 0)
    return role_of("", &roles, error);
  *ret_roles = roles;
  return 0;
}
