/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/report_fields.h"

#include "support/case.h"

static void groups(void **state) {
  (void)state;
  g_autoptr(ReportFields) fields =
      report_fields_read("\r\n\r\nReporting-MTA: dns; x\r\n\r\n\r\nAction : no field\r\n"
                         "Final-Recipient: rfc822;\r\n a@x.example\r\nACTION: failed\r\n\r\n"
                         "Action: delayed");
  assert_int_equal(report_fields_groups(fields), 3);
  assert_string_equal(report_fields_get(fields, 0, "reporting-mta"), "dns; x");
  assert_string_equal(report_fields_get(fields, 1, "Final-Recipient"), "rfc822; a@x.example");
  assert_string_equal(report_fields_get(fields, 1, "action"), "failed");
  assert_string_equal(report_fields_get(fields, 2, "action"), "delayed");
  assert_null(report_fields_get(fields, 0, "action"));
  assert_int_equal(report_fields_group_with(fields, "Action"), 1);
  assert_int_equal(report_fields_group_with(fields, "Status"), -1);
}

static void no_fields(void **state) {
  (void)state;
  static const char *const rows[] = {"", "\n", " continued", ": empty\n", "no colon\n", "two words: x\n"};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(ReportFields) fields = report_fields_read(rows[i]);
    assert_int_equal(report_fields_groups(fields), 0);
  }
}

static void ceilings(void **state) {
  (void)state;
  g_autoptr(GString) text = g_string_new("A: ");
  for (guint i = 0; i < 3 * REPORT_FIELDS_VALUE_MAX; i++)
    g_string_append(text, "x\n y");
  for (guint i = 0; i < 2 * REPORT_FIELDS_MAX; i++)
    g_string_append(text, "\n\nB: 1");
  g_autoptr(ReportFields) fields = report_fields_read(text->str);
  assert_true(report_fields_groups(fields) <= REPORT_FIELDS_GROUP_MAX);
  assert_true(strlen(report_fields_get(fields, 0, "A")) <= REPORT_FIELDS_VALUE_MAX);
}

static void addresses(void **state) {
  (void)state;
  static const struct {
    const char *value;
    const char *address;
  } rows[] = {
      {NULL, NULL},
      {"", NULL},
      {"rfc822;", NULL},
      {"rfc822; <>", NULL},
      {"rfc822; a@x.example", "a@x.example"},
      {"RFC822; <a@x.example>", "a@x.example"},
      {"a@x.example", "a@x.example"},
      {"rfc822;envoi+2Btok@x.example", "envoi+tok@x.example"},
      {"rfc822;envoi+tok@x.example", "envoi+tok@x.example"},
      {"rfc822;envoi+7ABCD@x.example", "envoi+7ABCD@x.example"},
      {"utf-8;pr\\x{E9}sident@x.example", "président@x.example"},
      {"UTF-8; \\x{1F600}@x.example", "😀@x.example"},
      {"utf-8;envoi+2Btok@x.example", "envoi+2Btok@x.example"},
      {"utf-8;a\\x{}b\\x{D800}c\\x{110000}d\\x{0}e\\x{zz}f\\x{000000000041}g\\x{41",
       "a\\x{}b\\x{D800}c\\x{110000}d\\x{0}e\\x{zz}f\\x{000000000041}g\\x{41"},
      {"utf-8; é@x.example", "é@x.example"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *address = report_fields_address(rows[i].value);
    if (g_strcmp0(address, rows[i].address) != 0)
      fail_msg("%s: \"%s\"", rows[i].value, address);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups),
      cmocka_unit_test(no_fields),
      cmocka_unit_test(ceilings),
      cmocka_unit_test(addresses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
