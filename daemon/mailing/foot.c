/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/foot.h"

#include <glib.h>

/* At most 72 columns a line, as in the letters themselves. */
static const char *const sentences[LANGUAGE_COUNT] = {
    [LANGUAGE_FR] = "Empreinte de notre journal à la soumission de cet envoi : qui la garde\n"
                    "peut montrer plus tard que rien n'y a été récrit.",
    [LANGUAGE_EN] = "Digest of our journal when this mailing was submitted: who keeps it can\n"
                    "show later that nothing in it was written anew.",
    [LANGUAGE_ES] = "Huella de nuestro registro al presentarse este envío: quien la conserve\n"
                    "podrá mostrar más tarde que nada en él se ha reescrito.",
    [LANGUAGE_PT] = "Impressão digital do nosso registo na apresentação deste envio: quem a\n"
                    "guardar pode mostrar mais tarde que nada nele foi reescrito.",
};

static const char *const signed_by[LANGUAGE_COUNT] = {
    [LANGUAGE_FR] = "Ce qui est signé ici l'est par la clé qui a cette empreinte :",
    [LANGUAGE_EN] = "What is signed here is signed by the key with this fingerprint:",
    [LANGUAGE_ES] = "Lo que va firmado aquí lo está con la clave que tiene esta huella:",
    [LANGUAGE_PT] = "O que aqui vai assinado está-o pela chave com esta impressão digital:",
};

char *foot_of(enum language language, const char *head, const char *fingerprint) {
  return fingerprint == NULL ? g_strconcat(sentences[language], "\n", head, NULL)
                             : g_strconcat(signed_by[language], "\n", fingerprint, "\n\n",
                                           sentences[language], "\n", head, NULL);
}
