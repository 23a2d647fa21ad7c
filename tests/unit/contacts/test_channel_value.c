/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "contacts/channel_value.h"

#include <string.h>

static const struct {
  enum channel_kind kind;
  const char *text, *show, *send; /* show NULL: refused */
} cases[] = {
    {CHANNEL_EMAIL, "Ada@EXÄMPLE.example", "Ada@exämple.example", "Ada@xn--exmple-cua.example"},
    {CHANNEL_EMAIL, "ada", NULL, NULL},
    {CHANNEL_EMAIL, "ada@a.example\nbcc@b.example", NULL, NULL},
    {CHANNEL_WEB_FORM, "https://Palais.Example/Form?x=É#y", "https://palais.example/Form?x=É#y",
     "https://palais.example/Form?x=É#y"},
    {CHANNEL_WEB_FORM, "HTTPS://palais.example", "https://palais.example", "https://palais.example"},
    {CHANNEL_WEB_FORM, "https://palais.example:8443/", "https://palais.example:8443/",
     "https://palais.example:8443/"},
    {CHANNEL_WEB_FORM, "https://palais.example:0/", NULL, NULL},
    {CHANNEL_WEB_FORM, "https://palais.example:99999/", NULL, NULL},
    {CHANNEL_WEB_FORM, "http://palais.example/", NULL, NULL},
    {CHANNEL_WEB_FORM, "https://", NULL, NULL},
    {CHANNEL_WEB_FORM, "https:///form", NULL, NULL},
    {CHANNEL_WEB_FORM, "https://user:word@palais.example/", NULL, NULL},
    {CHANNEL_WEB_FORM, "https://palais.example/a b", NULL, NULL},
    {CHANNEL_WEB_FORM, "https://palais.example/\"><script>", NULL, NULL},
    {CHANNEL_WEB_FORM, "https://127.0.0.1/", NULL, NULL},
    {CHANNEL_WEB_FORM, "javascript:alert(1)", NULL, NULL},
    {CHANNEL_POST, "  Palais \r\n\r\n Place  Haute\nDornelle\n", "Palais\nPlace Haute\nDornelle",
     "Palais\nPlace Haute\nDornelle"},
    {CHANNEL_POST, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
     "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12"},
    {CHANNEL_POST, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13", NULL, NULL},
    {CHANNEL_POST, "\n \n", NULL, NULL},
    {CHANNEL_POST, "Palais\aPlace", NULL, NULL},
    {CHANNEL_TELEPHONE, "+999 (0)20 55-01.02", "+999 (0)20 55-01.02", "+99920550102"},
    {CHANNEL_TELEPHONE, "020 55 01 02", "020 55 01 02", "020550102"},
    {CHANNEL_TELEPHONE, "+123456789012345", "+123456789012345", "+123456789012345"},
    {CHANNEL_TELEPHONE, "+1234567890123456", NULL, NULL},
    {CHANNEL_TELEPHONE, "12", NULL, NULL},
    {CHANNEL_TELEPHONE, "55 +01 02", NULL, NULL},
    {CHANNEL_TELEPHONE, "on request", NULL, NULL},
    {CHANNEL_HAND, " au  chef de cabinet ", "au chef de cabinet", "au chef de cabinet"},
    {CHANNEL_HAND, "au chef\nde cabinet", NULL, NULL},
    {CHANNEL_HAND, "", NULL, NULL},
};

static void values(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(ChannelValue) value = {0};
    g_autoptr(GError) error = NULL;
    int r = channel_value_read(cases[i].kind, cases[i].text, &value, &error);
    if (cases[i].show == NULL
            ? r != FAULT_INPUT
            : r != 0 || strcmp(value.show, cases[i].show) != 0 || strcmp(value.send, cases[i].send) != 0)
      fail_msg("%s: %d, \"%s\", \"%s\"", cases[i].text, r, value.show, value.send);
    assert_int_equal(r < 0, error != NULL);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(values)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
