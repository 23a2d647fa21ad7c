/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template and what comes of it; partials are the template itself, so that it may call itself. */
#include "fuzz/fuzz.h"
#include "templates/template.h"

typedef struct {
  char *source;
} Own;

static const char *own_source(const char *name, gpointer data) {
  return name[0] == 'p' ? ((Own *)data)->source : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  Own own = {fuzz_utf8(data + 1, size - 1)};
  const Value items[] = {value_text("one"), value_text("<two>"), value_text("")};
  const ValueField inner[] = {{"x", value_text("y")}, {"list", value_list(items, G_N_ELEMENTS(items))}};
  const ValueField fields[] = {{"a", value_text("A & B")},
                               {"yes", value_flag(TRUE)},
                               {"no", value_flag(FALSE)},
                               {"list", value_list(items, G_N_ELEMENTS(items))},
                               {"map", value_map(inner, G_N_ELEMENTS(inner))}};
  Value values = value_map(fields, G_N_ELEMENTS(fields));
  TemplateOptions options = {.place = (enum place)(data[0] % (PLACE_MAILBOX + 1)),
                             .strict = (data[0] & 64) != 0,
                             .no_raw = (data[0] & 128) != 0,
                             .partial = own_source,
                             .partial_data = &own};
  g_autoptr(Template) template = NULL;
  g_autoptr(GString) out = g_string_new(NULL);
  if (template_compile("t", own.source, strlen(own.source), &options, &template, NULL) == 0) {
    template_render(template, &values, out, NULL);
    fuzz_expect(out->len <= TEMPLATE_OUTPUT_MAX);
  }
  g_free(own.source);
  return 0;
}
