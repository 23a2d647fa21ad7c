/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/ring.h"

#include "base/fault.h"

int ring_list(Home *home, const RingKind *kind, const char *name, gboolean secret, GPtrArray **ret,
              GError **error) {
  Operation operation;
  int r = operation_begin(&operation, home, kind->protocol, error);
  if (r < 0)
    return r;
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(kind->free);
  gpgme_key_t key = NULL;
  gpgme_error_t failure = gpgme_op_keylist_start(operation.context, name, secret);
  while (failure == 0 && (failure = gpgme_op_keylist_next(operation.context, &key)) == 0) {
    g_ptr_array_add(found, kind->make(key));
    gpgme_key_unref(key);
  }
  if (gpgme_err_code(failure) == GPG_ERR_EOF)
    failure = gpgme_op_keylist_end(operation.context);
  r = operation_end(&operation, failure, kind->what, error);
  if (r == 0)
    *ret = g_steal_pointer(&found);
  return r;
}

gpgme_error_t ring_import(Operation *operation, GBytes *bytes, GPtrArray *fingerprints,
                          gboolean *ret_secret) {
  gpgme_data_t data = NULL;
  gsize size = 0;
  const char *text = g_bytes_get_data(bytes, &size);
  gpgme_error_t failure = gpgme_data_new_from_mem(&data, text, size, 0);
  if (failure == 0)
    failure = gpgme_op_import(operation->context, data);
  gpgme_import_result_t result = failure == 0 ? gpgme_op_import_result(operation->context) : NULL;
  for (gpgme_import_status_t s = result != NULL ? result->imports : NULL; s != NULL; s = s->next)
    if (s->result == 0 && s->fpr != NULL)
      g_ptr_array_add(fingerprints, g_strdup(s->fpr));
  if (ret_secret != NULL)
    *ret_secret = result != NULL && result->secret_read > 0;
  gpgme_data_release(data);
  return failure;
}

int ring_export(Home *home, gpgme_protocol_t protocol, const char *fingerprint, gboolean armoured,
                GBytes **ret, GError **error) {
  Operation operation;
  gpgme_data_t data = NULL;
  int r = operation_begin(&operation, home, protocol, error);
  if (r < 0)
    return r;
  gpgme_set_armor(operation.context, armoured);
  gpgme_error_t failure = gpgme_data_new(&data);
  if (failure == 0)
    failure = gpgme_op_export(operation.context, fingerprint,
                              protocol == GPGME_PROTOCOL_OpenPGP ? GPGME_EXPORT_MODE_MINIMAL : 0, data);
  size_t size = 0;
  char *bytes = data != NULL ? gpgme_data_release_and_get_mem(data, &size) : NULL;
  r = operation_end(&operation, failure, "the key cannot be given out", error);
  if (r == 0 && size == 0)
    r = fault(error, FAULT_ABSENT, "no key %s is in %s", fingerprint, home_folder(home));
  if (r == 0)
    *ret = g_bytes_new(bytes, size);
  gpgme_free(bytes);
  return r;
}

int ring_delete(Home *home, gpgme_protocol_t protocol, const char *fingerprint, GError **error) {
  Operation operation;
  gpgme_key_t key = NULL;
  int r = operation_begin(&operation, home, protocol, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = gpgme_get_key(operation.context, fingerprint, &key, 0);
  if (failure == 0)
    failure = gpgme_op_delete_ext(operation.context, key, GPGME_DELETE_FORCE);
  if (key != NULL)
    gpgme_key_unref(key);
  return operation_end(&operation, failure, "the key cannot be taken out", error);
}
