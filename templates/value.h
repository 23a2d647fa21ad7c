/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * value.h - what a template may see: text, lists, maps, true and false, nothing else
 *
 * A Value is a small plain struct that borrows everything it points to: strings, items and fields live at
 * least as long as the value is used. The dozen fields of one recipient are an array on the stack and cost no
 * allocation:
 *
 *   const ValueField fields[] = {{"name", value_text(name)}, {"attending", value_flag(TRUE)}};
 *   const Value recipient = value_map(fields, G_N_ELEMENTS(fields));
 *
 * Where something must be kept, a ValuePool owns it. Values are never changed by rendering, so several
 * threads may share one.
 */
#pragma once

#include <glib.h>

enum value_kind {
  VALUE_NONE, /* known and empty: renders as nothing, counts as false */
  VALUE_FALSE,
  VALUE_TRUE,
  VALUE_TEXT, /* the empty text counts as false; numbers are text */
  VALUE_LIST, /* the empty list counts as false */
  VALUE_MAP,
};

typedef struct Value Value;
typedef struct ValueField ValueField;

struct Value {
  enum value_kind kind;
  gsize length; /* bytes of a text, items of a list, fields of a map */
  union {
    const char *text;
    const Value *items;
    const ValueField *fields;
  };
};

struct ValueField {
  const char *key;
  Value value;
};

/* NULL gives VALUE_NONE. */
Value value_text(const char *text);
Value value_text_sized(const char *text, gsize length);
Value value_flag(gboolean flag);
Value value_list(const Value *items, gsize count);
Value value_map(const ValueField *fields, gsize count);

/* The field KEY (LENGTH bytes) of a map, or NULL; the first of equal keys counts. */
const Value *value_get(const Value *map, const char *key, gsize length);
/* Does a section over this value render? */
gboolean value_truthy(const Value *value);

/* Owns strings and arrays that values borrow. */
typedef struct ValuePool ValuePool;
ValuePool *value_pool_new(void);
void value_pool_free(ValuePool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ValuePool, value_pool_free)
/* A value whose text is copied into POOL. */
Value value_pool_text(ValuePool *pool, const char *text);
/* Zeroed room for COUNT items or fields. */
Value *value_pool_items(ValuePool *pool, gsize count);
ValueField *value_pool_fields(ValuePool *pool, gsize count);
