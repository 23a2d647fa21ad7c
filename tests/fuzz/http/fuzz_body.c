/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of a request as JSON, and as a form with a file. */
#include "fuzz/fuzz.h"
#include "http/form_file.h"
#include "http/json.h"
#include "http/request_make.h"

static const char *json_header(G_GNUC_UNUSED gpointer connection, const char *name) {
  return g_ascii_strcasecmp(name, "Content-Type") == 0 ? "application/json" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Target *target = NULL;
  fuzz_expect(target_parse("/contacts", &target, NULL) == 0);
  g_autoptr(Request) request = request_new("POST", target, json_header, NULL);
  json_t *value = NULL;
  request_take_body(request, g_bytes_new(data, size));
  if (json_of_request(request, &value, NULL) == 0)
    fuzz_expect(json_is_object(value));
  json_decref(value);
  const char *form = (const char *)data, *content;
  gsize length;
  if (form_file_find(form, size, "multipart/form-data; boundary=b", &content, &length))
    fuzz_expect(content >= form && content + length <= form + size);
  return 0;
}
