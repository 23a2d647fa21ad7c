#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes attendees.csv and offices.csv as a French Excel does ("CSV (séparateur : point-virgule)").

Semicolons, Windows-1252, CRLF after each row; a cell is quoted only where it holds a semicolon, a quote or a line
break, and a break within a cell (Alt+Enter) is a bare LF. Everybody and every State on codes XA to XJ is invented.
Usage: make_contacts.py [FOLDER]
"""

import sys
from pathlib import Path

COLUMNS = ["Type", "Identifiant", "Prénom", "Nom", "Genre", "Titre", "Fonction", "Type de fonction", "Organisation",
           "Pays", "Langue", "Courriel", "Courriel du cabinet", "Courriel de la mission", "Listes", "Motif",
           "Zone du motif", "Preuve du motif", "Date du motif", "Début du mandat", "Fin du mandat", "Vérifié le",
           "Clé OpenPGP", "Adresse postale", "Téléphone"]

# id, given name, family name, gender, title, organisation, country, language, address, further lists, post, telephone
ATTENDEES = [
    ("P-001", "Hélène", "Vastrelle", "F", "", "Coopérative « Les Deux Rives »", "France", "français",
     "helene.vastrelle@deux-rives.example", "comité scientifique",
     "12 rue de l'Exemple\nBâtiment B ; 2e étage\n74000 Anvaux", "01 99 00 10 12"),
    ("P-002", "Théophile", "d'Ambrune", "M", "", "Mutuelle d'Ambrune", "France", "français",
     "theophile@mutuelle-ambrune.example", "", "1 rue de l'Exemple\n38000 Grévy", "02 61 91 20 45"),
    ("P-003", "Maÿlis", "Le Corvoan", "F", "", 'Association "L\'Écluse"', "France", "français",
     "maylis.lecorvoan@ecluse.example", "", "3 place de l'Exemple\n29000 Kerbast", ""),
    ("P-004", "Jean-Noël", "Œuvrard", "M", "", "Union des SCOP d'Anvaux", "France", "français",
     "jn.oeuvrard@scop-anvaux.example", "comité scientifique", "", "06 39 98 11 22"),
    ("P-005", "Awa", "Diarrassane", "F", "", "Réseau des mutuelles de santé", "Sénégal", "français",
     "awa.diarrassane@mutuelles-sante.example", "", "Villa 27, rue de l'Exemple\nDakar", ""),
    ("P-006", "Moussa", "Kéïtalou", "M", "Dr", "Union des greniers villageois", "Mali", "français",
     "m.keitalou@greniers.example", "", "", ""),
    ("P-007", "Ève-Marie", "Tchoualang", "F", "", "Coopérative des cacaoculteurs", "Cameroun", "fr",
     "eve-marie@cacao-coop.example", "", "", ""),
    ("P-008", "Benoît", "Vandermeulebroek", "M", "", "Fédération belge de l'économie sociale", "Belgique", "français",
     "benoit.vdm@eco-sociale.example", "", "Rue de l'Exemple 4, boîte 12\n1000 Bruxelles", ""),
    ("P-009", "Sjoerd", "van der Hoolst", "M", "", "Coöperatie De Sluis", "NL", "anglais",
     "s.vanderhoolst@desluis.example", "", "", ""),
    ("P-010", "Marie-Ève", "Tremblançon", "F", "", "Chantier coopératif", "Québec", "français",
     "me.tremblancon@chantier-coop.example", "comité scientifique", "400, rue de l'Exemple\nMontréal (Québec)", ""),
    ("P-011", "Youssef", "El Amrouni", "M", "", "Réseau marocain des coopératives d'argan", "Maroc", "français",
     "y.elamrouni@argan.example", "", "", ""),
    ("P-012", "Nadia", "Ben Slimazzi", "F", "", "", "TN", "français", "nadia@benslimazzi.example", "", "", ""),
    ("P-013", "Luc", "Rochebrand", "M", "", "Banque solidaire du Léman", "Suisse", "français",
     "luc.rochebrand@banque-leman.example", "", "Chemin de l'Exemple 9\n1200 Genève", ""),
    ("P-014", "Claude", "Merivault", "", "", "Atelier du bois", "France", "", "claude@atelier-bois.example", "", "", ""),
    ("P-015", "Margaret", "O'Varrell", "F", "", "Rural Credit Unions League", "IE", "anglais",
     "margaret.ovarrell@credit-unions.example", "comité scientifique", "", ""),
    ("P-016", "Edwin", "Harcastle", "M", "", "Mutual Housing Trust", "Royaume-Uni", "anglais",
     "e.harcastle@mutual-housing.example", "", "5 Example Street\nLeeds", "020 7946 0123"),
    ("P-017", "Priyanka", "Deshvarani", "F", "Dr", "Self-Employed Weavers' Union", "IN", "anglais",
     "priyanka@weavers.example", "", "", ""),
    ("P-018", "Chinedu", "Okwarobi", "M", "", "Federation of Savings Groups", "NG", "anglais",
     "chinedu.okwarobi@savings-groups.example", "", "", ""),
    ("P-019", "Wanjiku", "Nyambarai", "F", "", "Dairy Co-operative Alliance", "KE", "anglais",
     "wanjiku@dairy-coop.example", "", "", ""),
    ("P-020", "Kwabena", "Asantewor", "M", "", "Fair Gold Miners", "GH", "anglais", "kwabena@fair-gold.example", "", "", ""),
    ("P-021", "Maria Clara", "Bautizon", "F", "", "Fisherfolk Network", "PH", "anglais",
     "mc.bautizon@fisherfolk.example", "", "", ""),
    ("P-022", "Haruki", "Tsukimori", "M", "", "Seikatsu Example Club", "Japon", "anglais",
     "tsukimori@seikatsu.example", "", "", ""),
    ("P-023", "Lindiwe", "Mokgathare", "F", "", "Township Enterprise Forum", "ZA", "en",
     "lindiwe@township-forum.example", "", "", ""),
    ("P-024", "Robert", "Fenwickham", "M", "", "Co-operative Development Centre", "États-Unis", "anglais",
     "r.fenwickham@coop-centre.example", "", "77 Example Avenue\nMadison", "555-0142"),
    ("P-025", "Greta", "Lindqvarn", "F", "", "Folkrörelsen", "SE", "anglais", "greta@folkrorelsen.example", "", "", ""),
    ("P-026", "Inés", "Echavarrieta", "F", "", "Corporación Valle Común", "Espagne", "espagnol",
     "ines.echavarrieta@valle-comun.example", "comité scientifique", "Calle del Ejemplo 8, 3.º izq.\n48000 Bilbao", ""),
    ("P-027", "Íñigo", "de la Peñuela", "M", "", "Cooperativa La Peñuela", "Espagne", "espagnol",
     "inigo@penuela.example", "", "", ""),
    ("P-028", "Ximena", "Quirogamal", "F", "", "Red de Economía Solidaria", "EC", "espagnol",
     "ximena@red-solidaria.example", "", "", ""),
    ("P-029", "Facundo", "Arzabeldi", "M", "", "Cooperativa de Recuperadores", "AR", "espagnol",
     "facundo@recuperadores.example", "", "Calle Ejemplo 1234\nRosario", ""),
    ("P-030", "Ñusta", "Huallparimay", "F", "", "Tejedoras del Altiplano", "BO", "espagnol",
     "nusta@tejedoras.example", "", "", ""),
    ("P-031", "Andrés Felipe", "Zuluagarte", "M", "", "Fondo de Ahorro Campesino", "Colombie", "espagnol",
     "af.zuluagarte@ahorro-campesino.example", "", "", ""),
    ("P-032", "Guadalupe", "Tlaxcalteca", "F", "", "Unión de Cafetaleros", "MX", "es",
     "guadalupe@cafetaleros.example", "", "", ""),
    ("P-033", "Nicolás", "Ferreyrola", "M", "", "Federación de Vivienda por Ayuda Mutua", "UY", "espagnol",
     "nicolas@ayuda-mutua.example", "", "", ""),
    ("P-034", "Constança", "Albuquercal", "F", "", "Cooperativa Mar Aberto", "Portugal", "portugais",
     "constanca@mar-aberto.example", "", "Rua do Exemplo, 15, 2.º\n4000 Porto", ""),
    ("P-035", "João", "Quintanheira", "M", "", "Caixa de Crédito Mútuo", "Portugal", "portugais",
     "joao.quintanheira@caixa-mutua.example", "", "", ""),
    ("P-036", "Conceição", "Araújo Brandim", "F", "", "Fórum da Economia Solidária", "Brésil", "portugais",
     "conceicao@forum-solidaria.example", "comité scientifique", "Rua do Exemplo, 100\nSão Paulo", ""),
    ("P-037", "Thiago", "Guaracyaba", "M", "", "Catadores do Sul", "Brésil", "pt-BR", "thiago@catadores.example", "", "", ""),
    ("P-038", "Lurdes", "Macuácuara", "F", "", "União Geral das Cooperativas", "MZ", "portugais",
     "lurdes@uniao-coop.example", "", "", ""),
    ("P-039", "Adilson", "Monteirinho", "M", "", "", "CV", "portugais", "adilson@monteirinho.example", "", "", ""),
    ("P-040", "Zoé", "Kerguennec", "F", "", "Épicerie coopérative", "France", "français", "zoe@coopérative.example", "",
     "", "06 39 98 33 44"),
    ("P-041", "Suryani", "", "F", "", "Village Credit Movement", "ID", "anglais", "suryani@village-credit.example", "", "", ""),
]

FRESH, STALE = "18/11/2013", "14/03/2013"
APPROVAL, PROMOTION = "Approbation exprimée", "Promotion de l'ESS"
STATES, BODIES = "chefs d'État", "organisations"

# type, id, given name, family name, gender, office, kind of office, organisation, country, language, address,
# private office, mission, list, ground, its area, evidence, date, from, verified, post
OFFICES = [
    ("fonction", "S-XA", "Talen", "Vascourt", "M", "Présidence de la République", "président", "", "XA", "français",
     "courrier@presidence-arvanie.example", "cabinet@presidence-arvanie.example", "mission-onu@arvanie.example", STATES,
     APPROVAL, "Arvanie", 'Lettre du 12 juin 2013 : « nous approuvons la démarche » ; réf. "CAB/2013/118"', "12/06/2013",
     "14/05/2012", FRESH, "Palais présidentiel\nPlace de l'Exemple\nArvane"),
    ("fonction", "S-XA-PM", "Maude", "Orlence", "F", "Primature", "première ministre", "", "XA", "français",
     "primature@arvanie.example", "", "mission-onu@arvanie.example", STATES, PROMOTION, "Arvanie",
     "Loi-cadre du 3 mai 2013 sur l'économie sociale et solidaire", "03/05/2013", "02/09/2013", STALE, ""),
    ("fonction", "S-XB", "Aldric", "", "M", "Royal Household", "monarque", "", "Beldorie", "anglais",
     "household@crown-beldoria.example", "private.secretary@crown-beldoria.example", "", STATES, PROMOTION, "Beldorie",
     "Speech from the throne, 4 October 2012", "04/10/2012", "21/01/1996", FRESH, "The Royal Household\nExample Square\nBeldor"),
    ("fonction", "S-XC", "Teuila", "Fa'amoana", "F", "Government House", "gouverneure générale", "", "XC", "anglais",
     "govhouse@tavaru.example", "", "un-mission@tavaru.example", STATES, APPROVAL, "Îles Tavaru",
     "Note verbale 44/2013 of the Permanent Mission", "09/07/2013", "01/02/2011", FRESH, ""),
    ("fonction", "S-XD", "Amaury", "", "M", "Cabinet princier", "prince", "", "XD", "français",
     "cabinet@palais-dornelle.example", "", "", STATES, APPROVAL, "Dornelle", "Message au forum, lu en séance plénière",
     "09/11/2011", "06/04/2005", FRESH, "Palais princier\nDornelle"),
    ("fonction", "S-XE", "Liselotte", "", "F", "Grand-Ducal Court", "grand_duke", "", "XE", "anglais",
     "court@elmsund.example", "", "", STATES, PROMOTION, "Elmsund", "Grand-Ducal decree on social enterprises, 2012",
     "17/12/2012", "07/10/2000", FRESH, ""),
    ("fonction", "S-XF", "Rashed", "Al Fazhari", "M", "Diwan", "émir", "", "XF", "anglais", "diwan@fazhar.example",
     "", "un-mission@fazhar.example", STATES, "", "", "", "", "25/06/2013", FRESH, ""),
    ("fonction", "S-XG", "Radomir", "Velšakov", "M", "Présidence de la Fédération", "autre chef d'État", "", "XG",
     "anglais", "office@gorania.example", "", "", STATES, APPROVAL, "Goranie",
     "Joint declaration signed at the forum of 2011", "12/11/2011", "17/03/2013", FRESH, ""),
    ("fonction", "S-XH", "Idris", "", "M", "Palais du Sultan", "sultan", "", "XH", "français", "palais@hamzour.example",
     "", "", STATES, PROMOTION, "Hamzour", "Plan national des coopératives 2012-2016", "01/01/2012", "11/08/1999", STALE, ""),
    ("fonction", "S-XI", "Filipa", "Noronhal", "F", "Presidência da União", "présidente", "", "XI", "portugais",
     "gabinete@presidencia-isoara.example", "chefe.gabinete@presidencia-isoara.example", "", STATES, PROMOTION,
     "Isoara; Ilhas do Norte", "Lei de Bases da Economia Social, de 8 de maio de 2013", "08/05/2013", "20/05/2012", FRESH,
     "Palácio da Presidência\nPraça do Exemplo\nIsoara"),
    ("fonction", "S-XJ", "", "", "", "Casa Imperial", "empereur", "", "XJ", "espagnol", "casa-imperial@jorvan.example",
     "", "", STATES, APPROVAL, "Jorvan", "Carta de adhesión del 2 de septiembre de 2013", "02/09/2013", "", "", ""),
    ("fonction", "S-XI-PM", "Duarte", "Vilarandelo", "M", "Gabinete do Primeiro-Ministro", "premier ministre", "", "XI",
     "portugais", "gpm@isoara.example", "", "", STATES, PROMOTION, "Isoara",
     "Programa nacional de apoio às cooperativas", "15/02/2013", "21/06/2011", FRESH, ""),
    ("fonction", "O-OEC", "Renske", "Thorvaldijk", "F", "Secrétariat général", "secrétaire générale",
     "Organisation d'exemple pour la coopération", "CH", "français", "sg@org-cooperation.example",
     "cabinet.sg@org-cooperation.example", "", BODIES, PROMOTION, "Monde", "Résolution 2013/7 sur les coopératives",
     "18/04/2013", "01/01/2010", FRESH, "Chemin de l'Exemple 1\n1200 Genève"),
    ("fonction", "O-ABD", "Samuel", "Okonjira", "M", "Office of the President", "président d'organisation",
     "Example Bank for Development", "KE", "anglais", "president@example-bank.example", "", "", BODIES, PROMOTION,
     "Afrique", "Social Enterprise Facility, Board paper 12/2012", "30/11/2012", "01/09/2009", FRESH, ""),
    ("fonction", "O-UAM", "Graciela", "Montalbarro", "F", "Dirección General", "directrice générale",
     "Unión Americana de Mutuales", "UY", "espagnol", "direccion@union-mutuales.example", "", "", BODIES, APPROVAL,
     "Amériques", "Carta del Consejo Directivo del 20 de agosto de 2013", "20/08/2013", "15/03/2012", FRESH, ""),
    ("fonction", "O-FPE", "Gonçalo", "Ribamar", "M", "Secretariado-Geral", "secrétaire général",
     "Fórum dos Países do Exemplo", "PT", "portugais", "secretariado@forum-paises.example", "", "", BODIES, "", "", "", "",
     "01/07/2012", FRESH, ""),
]


def attendee_row(row):
    (ident, given, family, gender, title, organisation, country, language, address, lists, post, telephone) = row
    return {"Type": "personne", "Identifiant": ident, "Prénom": given, "Nom": family, "Genre": gender, "Titre": title,
            "Organisation": organisation, "Pays": country, "Langue": language, "Courriel": address,
            "Listes": "participants" + (f", {lists}" if lists else ""), "Adresse postale": post, "Téléphone": telephone}


def office_row(row):
    names = ["Type", "Identifiant", "Prénom", "Nom", "Genre", "Fonction", "Type de fonction", "Organisation", "Pays",
             "Langue", "Courriel", "Courriel du cabinet", "Courriel de la mission", "Listes", "Motif", "Zone du motif",
             "Preuve du motif", "Date du motif", "Début du mandat", "Vérifié le", "Adresse postale"]
    return dict(zip(names, row, strict=True))


def cell(value):
    if any(c in value for c in ';"\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def sheet(rows):
    lines = [COLUMNS] + [[row.get(name, "") for name in COLUMNS] for row in rows]
    return "".join(";".join(map(cell, line)) + "\r\n" for line in lines).encode("windows-1252")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    (folder / "attendees.csv").write_bytes(sheet(map(attendee_row, ATTENDEES)))
    (folder / "offices.csv").write_bytes(sheet(map(office_row, OFFICES)))


if __name__ == "__main__":
    main()
