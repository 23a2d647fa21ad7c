/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/value.h"

#include <string.h>

struct ValuePool {
  GPtrArray *blocks;
};

Value value_text(const char *text) {
  return text == NULL ? (Value){.kind = VALUE_NONE} : value_text_sized(text, strlen(text));
}

Value value_text_sized(const char *text, gsize length) {
  return (Value){.kind = VALUE_TEXT, .length = length, .text = text};
}

Value value_flag(gboolean flag) {
  return (Value){.kind = flag ? VALUE_TRUE : VALUE_FALSE};
}

Value value_list(const Value *items, gsize count) {
  return (Value){.kind = VALUE_LIST, .length = count, .items = items};
}

Value value_map(const ValueField *fields, gsize count) {
  return (Value){.kind = VALUE_MAP, .length = count, .fields = fields};
}

const Value *value_get(const Value *map, const char *key, gsize length) {
  if (map->kind != VALUE_MAP)
    return NULL;
  for (gsize i = 0; i < map->length; i++) {
    const char *have = map->fields[i].key;
    if (strncmp(have, key, length) == 0 && have[length] == '\0')
      return &map->fields[i].value;
  }
  return NULL;
}

gboolean value_truthy(const Value *value) {
  switch (value->kind) {
  case VALUE_NONE:
  case VALUE_FALSE:
    return FALSE;
  case VALUE_TEXT:
  case VALUE_LIST:
    return value->length > 0;
  case VALUE_TRUE:
  case VALUE_MAP:
    break;
  }
  return TRUE;
}

ValuePool *value_pool_new(void) {
  ValuePool *pool = g_new0(ValuePool, 1);
  pool->blocks = g_ptr_array_new_with_free_func(g_free);
  return pool;
}

void value_pool_free(ValuePool *pool) {
  if (pool == NULL)
    return;
  g_ptr_array_unref(pool->blocks);
  g_free(pool);
}

static gpointer pool_keep(ValuePool *pool, gpointer block) {
  g_ptr_array_add(pool->blocks, block);
  return block;
}

Value value_pool_text(ValuePool *pool, const char *text) {
  return text == NULL ? value_text(NULL) : value_text(pool_keep(pool, g_strdup(text)));
}

Value *value_pool_items(ValuePool *pool, gsize count) {
  return pool_keep(pool, g_new0(Value, count + 1));
}

ValueField *value_pool_fields(ValuePool *pool, gsize count) {
  return pool_keep(pool, g_new0(ValueField, count + 1));
}
