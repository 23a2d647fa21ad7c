/* SPDX-License-Identifier: GPL-3.0-or-later */
/* case.h - cmocka with its prerequisites, in the one order in which it compiles */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <string.h>

/* Fails the test with the fault's own sentence. */
#define assert_done(call)                                                                                    \
  do {                                                                                                       \
    g_autoptr(GError) case_error = NULL;                                                                     \
    GError **error = &case_error;                                                                            \
    int case_result = (call);                                                                                \
    if (case_result != 0)                                                                                    \
      fail_msg("%s: %d: %s", #call, case_result, case_error != NULL ? case_error->message : "no sentence");  \
  } while (0)

/* Fails the test unless the call returns the fault CODE, and its sentence holds PART. */
#define assert_fault(code, part, call)                                                                       \
  do {                                                                                                       \
    g_autoptr(GError) fault_error = NULL;                                                                    \
    GError **error = &fault_error;                                                                           \
    int fault_result = (call);                                                                               \
    if (fault_result != (code))                                                                              \
      fail_msg("%s: %d instead of %d: %s", #call, fault_result, (code),                                      \
               fault_error != NULL ? fault_error->message : "no sentence");                                  \
    if (strstr(fault_error->message, (part)) == NULL)                                                        \
      fail_msg("%s: \"%s\" does not say \"%s\"", #call, fault_error->message, (part));                       \
  } while (0)

/* A folder of this test's own, removed with all it holds by case_folder_remove. */
char *case_folder_make(void);
void case_folder_remove(char *path);
