/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/parts.h"

#include "inbound/html_text.h"
#include "inbound/read.h"

#include <gmime/gmime.h>
#include <string.h>

struct Parts {
  GMimeMessage *message;
  GArray *all; /* of Part */
};

static void part_clear(gpointer data) {
  Part *part = data;
  g_free(part->type);
}

static void start_gmime(void) {
  static gsize started;
  if (g_once_init_enter(&started)) {
    g_mime_init();
    g_once_init_leave(&started, 1);
  }
}

/* Looks at the bytes before any parser does: an endless header or a million delimiters cost it memory. */
static int measure(const char *at, gsize size, enum verdict_reason *ret_reason) {
  const char *end = at + size;
  const char *begin = at;
  gsize header = 0;
  guint delimiters = 0;
  while (at < end) {
    const char *line_end = memchr(at, '\n', (gsize)(end - at));
    const char *next = line_end != NULL ? line_end + 1 : end;
    gboolean blank = next - at <= 2 && (*at == '\n' || *at == '\r');
    if (header == 0 && (blank || next == end))
      header = (gsize)(next - begin);
    if (next - at > 2 && at[0] == '-' && at[1] == '-')
      delimiters++;
    at = next;
  }
  if (header > READ_HEADER_MAX)
    *ret_reason = REASON_HEADER_TOO_LONG;
  else if (delimiters > READ_DELIMITER_MAX)
    *ret_reason = REASON_TOO_MANY_PARTS;
  else
    return 0;
  return PARTS_NOT_READ;
}

static GMimeMessage *parse(GBytes *bytes) {
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  g_autoptr(GByteArray) none = NULL;
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data, size);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  g_object_unref(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  return message;
}

typedef struct {
  GMimeObject *object;
  guint depth, alternative;
  gboolean returned;
} Step;

static char *type_of(GMimeObject *object) {
  GMimeContentType *type = g_mime_object_get_content_type(object);
  if (type == NULL)
    return g_strdup("text/plain");
  g_autofree char *name = g_mime_content_type_get_mime_type(type);
  g_autofree char *valid = g_utf8_make_valid(name, -1);
  return g_ascii_strdown(valid, -1);
}

static void push(GArray *steps, GMimeObject *object, const Step *above, gboolean returned) {
  Step step = {object, above->depth + 1, above->alternative, returned};
  if (object != NULL)
    g_array_append_val(steps, step);
}

static void push_children(GArray *steps, const Step *step) {
  if (GMIME_IS_MULTIPART(step->object)) {
    GMimeMultipart *multipart = GMIME_MULTIPART(step->object);
    for (int i = g_mime_multipart_get_count(multipart); i-- > 0;)
      push(steps, g_mime_multipart_get_part(multipart, i), step, step->returned);
  } else if (GMIME_IS_MESSAGE_PART(step->object)) {
    GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(step->object));
    if (message != NULL)
      push(steps, g_mime_message_get_mime_part(message), step, TRUE);
  }
}

static gboolean header_fits(GMimeObject *object) {
  GMimeHeaderList *headers = g_mime_object_get_header_list(object);
  gsize total = 0;
  for (int i = 0; i < g_mime_header_list_get_count(headers); i++) {
    GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
    const char *raw = g_mime_header_get_raw_value(header);
    total += raw != NULL ? strlen(raw) : 0;
  }
  return total <= READ_HEADER_MAX;
}

static int walk(Parts *parts, enum verdict_reason *ret_reason) {
  g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(Step));
  Step root = {.object = g_mime_message_get_mime_part(parts->message)};
  if (root.object != NULL)
    g_array_append_val(steps, root);
  while (steps->len > 0) {
    Step step = g_array_index(steps, Step, steps->len - 1);
    g_array_set_size(steps, steps->len - 1);
    Part part = {step.object, type_of(step.object), step.depth, step.alternative, step.returned};
    g_array_append_val(parts->all, part);
    if (g_str_equal(part.type, "multipart/alternative"))
      step.alternative = parts->all->len;
    if (step.depth > READ_DEPTH_MAX)
      *ret_reason = REASON_TOO_DEEP;
    else if (parts->all->len + steps->len > READ_PARTS_MAX)
      *ret_reason = REASON_TOO_MANY_PARTS;
    else if (!header_fits(step.object))
      *ret_reason = REASON_HEADER_TOO_LONG;
    else {
      push_children(steps, &step);
      continue;
    }
    return PARTS_NOT_READ;
  }
  return 0;
}

static gsize content_size(const Part *part) {
  if (!GMIME_IS_PART(part->object))
    return 0;
  GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part->object));
  if (content == NULL)
    return 0;
  gint64 length = g_mime_stream_length(g_mime_data_wrapper_get_stream(content));
  return length > 0 ? (gsize)length : 0;
}

static gboolean is_text(const Part *part) {
  return g_str_has_prefix(part->type, "text/") || g_str_has_prefix(part->type, "message/");
}

static int weigh_texts(const Parts *parts, enum verdict_reason *ret_reason) {
  gsize total = 0;
  for (guint i = 0; i < parts->all->len; i++) {
    const Part *part = parts_at(parts, i);
    if (is_text(part) && !part->returned)
      total += content_size(part);
  }
  if (total <= READ_DECODED_MAX)
    return 0;
  *ret_reason = REASON_DECODED_TOO_LARGE;
  return PARTS_NOT_READ;
}

int parts_open(GBytes *bytes, Parts **ret, enum verdict_reason *ret_reason) {
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);
  *ret_reason = size > READ_SIZE_MAX ? REASON_TOO_LARGE : REASON_UNREADABLE;
  if (size > READ_SIZE_MAX || size == 0 || measure(data, size, ret_reason) != 0)
    return PARTS_NOT_READ;
  start_gmime();
  g_autoptr(Parts) parts = g_new0(Parts, 1);
  parts->all = g_array_new(FALSE, FALSE, sizeof(Part));
  g_array_set_clear_func(parts->all, part_clear);
  parts->message = parse(bytes);
  if (parts->message == NULL)
    return PARTS_NOT_READ;
  if (walk(parts, ret_reason) != 0 || weigh_texts(parts, ret_reason) != 0)
    return PARTS_NOT_READ;
  *ret = g_steal_pointer(&parts);
  return 0;
}

void parts_free(Parts *parts) {
  if (parts == NULL)
    return;
  g_array_unref(parts->all);
  g_clear_object(&parts->message);
  g_free(parts);
}

guint parts_count(const Parts *parts) {
  return parts->all->len;
}

const Part *parts_at(const Parts *parts, guint index) {
  return &g_array_index(parts->all, Part, index);
}

const Part *parts_find(const Parts *parts, const char *type, const char *other) {
  for (guint i = 0; i < parts->all->len; i++) {
    const Part *part = parts_at(parts, i);
    if (!part->returned && (g_str_equal(part->type, type) || g_strcmp0(part->type, other) == 0))
      return part;
  }
  return NULL;
}

static char *field_of(GMimeObject *object, const char *name) {
  const char *value = g_mime_object_get_header(object, name);
  return value != NULL ? g_utf8_make_valid(value, -1) : NULL;
}

char *parts_field(const Parts *parts, const char *name) {
  return field_of(GMIME_OBJECT(parts->message), name);
}

GPtrArray *parts_fields(const Parts *parts, const char *name, guint max) {
  GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
  GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(parts->message));
  for (int i = 0; i < g_mime_header_list_get_count(headers) && values->len < max; i++) {
    GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
    const char *value = g_mime_header_get_value(header);
    if (value != NULL && g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0)
      g_ptr_array_add(values, g_utf8_make_valid(value, -1));
  }
  return values;
}

char *part_message_field(const Part *part, const char *name) {
  if (!GMIME_IS_MESSAGE_PART(part->object))
    return NULL;
  GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part->object));
  return message != NULL ? field_of(GMIME_OBJECT(message), name) : NULL;
}

char *part_parameter(const Part *part, const char *name) {
  const char *value = g_mime_object_get_content_type_parameter(part->object, name);
  if (value == NULL)
    return NULL;
  g_autofree char *valid = g_utf8_make_valid(value, -1);
  return g_ascii_strdown(valid, -1);
}

gint64 parts_date(const Parts *parts) {
  GDateTime *date = g_mime_message_get_date(parts->message);
  if (date == NULL)
    return 0;
  gint64 seconds = g_date_time_to_unix(date);
  return seconds > 0 && seconds < G_MAXINT64 / G_USEC_PER_SEC ? seconds * G_USEC_PER_SEC : 0;
}

/* Groups are not opened: no office is written to through one. */
void parts_addresses(const Parts *parts, const char *name, GPtrArray *to, char **ret_name) {
  g_autofree char *value = parts_field(parts, name);
  InternetAddressList *list = value != NULL ? internet_address_list_parse(NULL, value) : NULL;
  if (list == NULL)
    return;
  for (int i = 0; i < internet_address_list_length(list) && to->len < VERDICT_REFERENCES_MAX; i++) {
    InternetAddress *address = internet_address_list_get_address(list, i);
    if (!INTERNET_ADDRESS_IS_MAILBOX(address))
      continue;
    char *bare = NULL;
    verdict_set(&bare, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
    if (bare != NULL)
      g_ptr_array_add(to, bare);
    if (ret_name != NULL && *ret_name == NULL)
      verdict_set(ret_name, internet_address_get_name(address));
  }
  g_object_unref(list);
}

static GByteArray *decoded(GMimePart *part) {
  GByteArray *bytes = g_byte_array_new();
  GMimeDataWrapper *content = g_mime_part_get_content(part);
  if (content == NULL)
    return bytes;
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
  g_mime_data_wrapper_write_to_stream(content, stream);
  g_object_unref(stream);
  return bytes;
}

/* A charset that is wrong or unknown is a fact of life: UTF-8 where the bytes are that, else Windows-1252, in
 * which every office program writes what it calls otherwise. */
static gboolean is_utf8(const char *data, gsize length) {
  const char *end;
  /* The ceiling may have cut the last character. */
  return g_utf8_validate_len(data, length, &end) || (length == READ_TEXT_MAX && data + length - end < 4);
}

static char *to_utf8(const GByteArray *bytes, const char *charset) {
  const char *data = (const char *)bytes->data;
  gssize length = (gssize)MIN(bytes->len, READ_TEXT_MAX);
  if (length == 0)
    return g_strdup("");
  gboolean plain = charset == NULL || g_str_equal(charset, "utf-8") || g_str_equal(charset, "us-ascii");
  char *text = NULL;
  if (!plain)
    text = g_convert_with_fallback(data, length, "UTF-8", charset, "?", NULL, NULL, NULL);
  if (text == NULL && !is_utf8(data, (gsize)length))
    text = g_convert_with_fallback(data, length, "UTF-8", "WINDOWS-1252", "?", NULL, NULL, NULL);
  return text != NULL ? text : g_utf8_make_valid(data, length);
}

char *part_source(const Part *part) {
  if (!GMIME_IS_PART(part->object))
    return g_strdup("");
  g_autoptr(GByteArray) bytes = decoded(GMIME_PART(part->object));
  g_autofree char *charset = part_parameter(part, "charset");
  /* Conversion may leave a NUL within; what follows it is nobody's text. */
  return to_utf8(bytes, charset);
}

char *part_text(const Part *part) {
  g_autofree char *text = part_source(part);
  if (g_str_equal(part->type, "text/html"))
    return html_text(text, strlen(text), READ_TEXT_MAX);
  return g_steal_pointer(&text);
}

char *part_file_name(const Part *part) {
  const char *name = g_mime_object_get_content_disposition_parameter(part->object, "filename");
  if (name == NULL)
    name = g_mime_object_get_content_type_parameter(part->object, "name");
  return name != NULL ? g_utf8_make_valid(name, -1) : NULL;
}

gboolean part_is_apart(const Part *part) {
  const char *disposition = g_mime_object_get_disposition(part->object);
  return disposition != NULL && g_ascii_strcasecmp(disposition, "attachment") == 0;
}

gboolean part_is_attachment(const Part *part) {
  g_autofree char *name = part_file_name(part);
  return name != NULL || part_is_apart(part);
}

/* Written to a stream that only counts. */
gint64 part_size(const Part *part) {
  GMimeStream *count = g_mime_stream_null_new();
  gint64 size = 0;
  if (GMIME_IS_PART(part->object)) {
    GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part->object));
    size = content != NULL ? g_mime_data_wrapper_write_to_stream(content, count) : 0;
  } else if (GMIME_IS_MESSAGE_PART(part->object)) {
    GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part->object));
    size = message != NULL ? g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, count) : 0;
  }
  g_object_unref(count);
  return MAX(size, 0);
}

static void add_texts(const Parts *parts, const char *type, GString *to) {
  for (guint i = 0; i < parts->all->len && to->len < READ_TEXT_MAX; i++) {
    const Part *part = parts_at(parts, i);
    if (part->returned || part_is_apart(part) || !g_str_equal(part->type, type))
      continue;
    g_autofree char *text = part_text(part);
    g_string_append(to, text);
    g_string_append_c(to, '\n');
  }
}

/* Some systems forget the boundary of what they write: all of it is then what stands before the first part.
 */
static char *text_before_parts(const Parts *parts) {
  for (guint i = 0; i < parts->all->len; i++) {
    const Part *part = parts_at(parts, i);
    if (part->returned || !GMIME_IS_MULTIPART(part->object))
      continue;
    const char *text = g_mime_multipart_get_prologue(GMIME_MULTIPART(part->object));
    if (text != NULL && text[strspn(text, " \r\n\t")] != '\0')
      return g_utf8_make_valid(text, (gssize)MIN(strlen(text), READ_TEXT_MAX));
  }
  return g_strdup("");
}

char *parts_body(const Parts *parts) {
  g_autoptr(GString) body = g_string_new(NULL);
  add_texts(parts, "text/plain", body);
  if (strspn(body->str, " \r\n\t") == strlen(body->str)) {
    g_string_truncate(body, 0);
    add_texts(parts, "text/html", body);
  }
  g_autofree char *text = g_strstrip(g_strdup(body->str));
  return text[0] != '\0' ? g_steal_pointer(&text) : text_before_parts(parts);
}
