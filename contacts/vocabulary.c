/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/vocabulary.h"

#include "base/text.h"

typedef struct {
  const char *ours, *theirs; /* theirs: parted by "|" */
} Words;

static const Words kinds[] = {
    {"person", "personne|persona|pessoa|participant|attendee|individu|particulier"},
    {"office", "fonction|cargo|poste|post|puesto|função|mandat"},
    {"organisation",
     "organization|organización|organização|organisme|institution|association|entité|entity|entidad"},
    {NULL, NULL}};

static const Words genders[] = {
    {"m", "masculin|masculino|masculine|male|homme|hombre|homem|h|m.|mr|mr.|monsieur|señor|sr|sr.|senhor"},
    {"f", "féminin|femenino|feminino|feminine|female|femme|mujer|mulher|mme|mme.|ms|ms.|mrs|mrs.|madame|"
          "señora|sra|sra.|"
          "senhora"},
    {"unknown", "inconnu|desconocido|desconhecido|non précisé|?|x"},
    {"plural", "pluriel|collégial|collegial|colegial|mm|mm."},
    {NULL, NULL}};

static const Words languages[] = {{"fr", "français|french|francés|francês|fra|fre"},
                                  {"en", "anglais|english|inglés|inglês|eng"},
                                  {"es", "espagnol|spanish|español|espanhol|spa|castellano"},
                                  {"pt", "portugais|portuguese|português|portugués|por"},
                                  {"ar", "arabe|arabic|árabe"},
                                  {"de", "allemand|german|alemán|alemão|deutsch"},
                                  {"it", "italien|italian|italiano"},
                                  {"ru", "russe|russian|ruso|russo"},
                                  {"zh", "chinois|chinese|chino|chinês"},
                                  {NULL, NULL}};

static const Words grounds[] = {
    {"approval-expressed",
     "approbation exprimée|approbation|approval|approval expressed|aprobación|aprobación expresada|"
     "aprovação|aprovação expressa|soutien exprimé"},
    {"sse-promotion",
     "promotion de l'ESS|promotion ESS|promotion of the SSE|sse promotion|promotion|promoción de la ESS|"
     "promoción|promoção da ESS|promoção|promotion de l’ESS"},
    {NULL, NULL}};

static const Words office_kinds[] = {
    {"president",
     "présidente|presidenta|presidente|président de la république|president of the republic|chef d'état"},
    {"monarch", "monarque|monarca|roi|reine|king|queen|rey|reina|rei|rainha"},
    {"emperor", "empereur|emperador|imperador|impératrice"},
    {"prince", "principe|príncipe|princesse"},
    {"grand_duke", "grand-duc|gran duque|grão-duque|grande-duchesse"},
    {"emir", "émir|amir"},
    {"sultan", "sultán|sultão"},
    {"governor_general", "gouverneur général|gouverneure générale|gobernador general|governador-geral"},
    {"pope", "pape|papa"},
    {"hos_other", "autre chef d'état|other head of state|otro jefe de estado|outro chefe de estado"},
    {"prime_minister",
     "premier ministre|première ministre|primer ministro|primera ministra|primeiro-ministro|"
     "primeira-ministra|head of government|chef de gouvernement|chef du gouvernement"},
    {"vice_president", "vice-président|vice-présidente|vicepresidente|vicepresidenta|vice-presidente"},
    {"deputy_prime_minister", "vice-premier ministre|vice-première ministre|viceprimer ministro|viceprimera "
                              "ministra|vice-primeiro-ministro|vice-primeira-ministra"},
    {"foreign_minister", "ministre des affaires étrangères|minister for foreign affairs|minister of foreign "
                         "affairs|ministro de relaciones exteriores|ministra de relaciones "
                         "exteriores|ministro de asuntos exteriores|canciller|ministro dos negócios "
                         "estrangeiros|ministra dos negócios estrangeiros|ministro das relações exteriores"},
    {"minister", "ministre|ministro|ministra"},
    {"ambassador", "ambassadeur|ambassadrice|embajador|embajadora|embaixador|embaixadora"},
    {"permanent_representative",
     "représentant permanent|représentante permanente|representante permanente|mission permanente|permanent "
     "mission|misión permanente|missão permanente"},
    {"member_of_parliament", "député|députée|diputado|diputada|deputado|deputada|member of parliament|mp"},
    {"secretary_general",
     "secrétaire général|secrétaire générale|secretario general|secretaria general|secretário-geral|"
     "secretária-geral"},
    {"director_general",
     "directeur général|directrice générale|director general|directora general|diretor-geral|"
     "diretora-geral"},
    {"executive_director", "directeur exécutif|directrice exécutive|director ejecutivo|directora "
                           "ejecutiva|diretor executivo|diretora executiva"},
    {"executive_secretary", "secrétaire exécutif|secrétaire exécutive|secretario ejecutivo|secretaria "
                            "ejecutiva|secretário executivo|secretária executiva"},
    {"org_president", "président d'organisation|présidente d'organisation|president of an organisation|"
                      "presidente de organización|presidente de organização"},
    {"commissioner", "commissaire|comisario|comisaria|comissário|comissária"},
    {"mayor", "maire|alcalde|alcaldesa|prefeito|prefeita|presidente da câmara"},
    {"professor", "professeur|professeure|profesor|profesora|professora"},
    {"head_of_household", "chef de la maison|cheffe de la maison|jefe de la casa|jefa de la casa|chefe da "
                          "casa|chief of household"},
    {"press", "presse|journaliste|prensa|periodista|imprensa|jornalista|journalist|rédaction"},
    {"member", "membre|adhérent|adhérente|miembro|socio|socia|membro|sócio|sócia"},
    {"private_office", "chef de cabinet|cheffe de cabinet|chief of cabinet|cabinet|directeur de "
                       "cabinet|directrice de cabinet|gabinete|private secretary"},
    {"attendee", "participant|participante|assistant"},
    {NULL, NULL}};

static const Words answers[] = {{"1", "oui|yes|sí|sim|vrai|true|verdadero|verdadeiro|x|y|o"},
                                {"0", "non|no|não|faux|false|falso|n"},
                                {NULL, NULL}};

static const Words manners[] = {
    {"in-office", "en fonction|en fonctions|titulaire|titular|en ejercicio|em funções|in office|substantive"},
    {"acting", "intérim|par intérim|intérimaire|interino|interina|en funciones|ad interim|a.i.|caretaker"},
    {"contested", "contesté|contestée|disputé|disputado|disputada|contestado|contestada|disputed"},
    {NULL, NULL}};

static const Words *const vocabularies[VOCABULARIES] = {[WORDS_KIND] = kinds,
                                                        [WORDS_GENDER] = genders,
                                                        [WORDS_LANGUAGE] = languages,
                                                        [WORDS_GROUND] = grounds,
                                                        [WORDS_MANNER] = manners,
                                                        [WORDS_YES] = answers,
                                                        [WORDS_OFFICE_KIND] = office_kinds};

/* Letters and digits of the folded word: "Premier-ministre" and "prime_minister" lose what parts them. */
static char *plain(const char *word) {
  g_autofree char *folded = text_fold(word);
  GString *out = g_string_new(NULL);
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char(c))
    if (g_unichar_isalnum(g_utf8_get_char(c)) || *c == '?')
      g_string_append_unichar(out, g_utf8_get_char(c));
  return g_string_free(out, FALSE);
}

static GHashTable *table_of(const Words *words) {
  GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (; words->ours != NULL; words++) {
    g_auto(GStrv) theirs = g_strsplit(words->theirs, "|", 0);
    for (char **word = theirs; *word != NULL; word++)
      g_hash_table_replace(table, plain(*word), (gpointer)words->ours);
    g_hash_table_replace(table, plain(words->ours), (gpointer)words->ours);
  }
  return table;
}

const char *vocabulary_find(enum vocabulary vocabulary, const char *word) {
  static GHashTable *tables[VOCABULARIES];
  static gsize once;
  if (g_once_init_enter(&once)) {
    for (int i = 0; i < VOCABULARIES; i++)
      tables[i] = table_of(vocabularies[i]);
    g_once_init_leave(&once, 1);
  }
  g_autofree char *key = plain(word);
  return g_hash_table_lookup(tables[vocabulary], key);
}

char *vocabulary_list(enum vocabulary vocabulary) {
  GString *out = g_string_new(NULL);
  for (const Words *words = vocabularies[vocabulary]; words->ours != NULL; words++)
    g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", words->ours);
  return g_string_free(out, FALSE);
}
