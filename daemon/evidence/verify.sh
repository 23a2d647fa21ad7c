#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks this folder with sh, sed, grep, awk, sha256sum and gpgv:  [KEYS=RING] sh verify.sh [INDEX:DIGEST]
# INDEX:DIGEST is a head of the journal that you hold from elsewhere; RING are keys that you hold from elsewhere.
# Ends with 0: it is genuine. 1: it is not. 3: it fits together, but nobody's signature stands for it.
known=$1
cd "$(dirname "$0")" || exit 2
LC_ALL=C
export LC_ALL
wrong() { echo "NOT GENUINE: $*"; exit 1; }
digest() { sha256sum | cut -c 1-64; }
of() { sed -n "s/^$2 //p" "$1"; }
signed() { # RING SIGNATURE FILE; says by which key
  words=$(gpgv --status-fd 1 --keyring "${KEYS:-./$1}" "$2" "$3" 2>/dev/null)
  key=$(echo "$words" | sed -n 's/^\[GNUPG:\] VALIDSIG .* //p')
  case "$words" in *BADSIG*) key= ;; esac
  [ -n "$key" ] || wrong "$3: the signature $2 does not hold"
  echo "$3 is signed by $key"
}
bytes() { # the bytes that hexadecimal digits stand for
  printf "$(printf '%s\n' "$1" | awk '{ d = "0123456789abcdef"; for (i = 1; i < length($0); i += 2) {
    n = 16 * index(d, substr($0, i, 1)) + index(d, substr($0, i + 1, 1)) - 17
    printf "\\%o%o%o", int(n / 64), int(n / 8) % 8, n % 8 } }')"
}
node() { { printf '\001'; bytes "$1"; } | digest; }
leaf() { { printf '\000'; cat; } | digest; }
climb() { # LEAF INDEX SIZE STEP...: $hash is the root that they lead to (RFC 9162, 2.1.3.2)
  hash=$1 at=$(($2 - 1)) last=$(($3 - 1))
  shift 3
  for step; do
    [ $last -gt 0 ] || return 1
    if [ $((at % 2)) = 1 ] || [ $at = $last ]; then
      hash=$(node "$step$hash")
      while [ $((at % 2)) = 0 ] && [ $at -gt 0 ]; do at=$((at / 2)) last=$((last / 2)); done
    else
      hash=$(node "$hash$step")
    fi
    at=$((at / 2)) last=$((last / 2))
  done
  [ $last = 0 ]
}
line() { sed -n "/^$1 /p" lines.txt; }
has() { # KIND LINE...: $entry is one of that kind that has these lines
  for entry in entry-*.txt; do
    grep -qxF "kind $1" "$entry" && grep -qxF -e "$2" "$entry" && grep -qxF -e "${3:-kind $1}" "$entry" && return
  done
  return 1
}
is_kind() { has "$1" "kind $1"; }
own_act() { # SIGNATURE RING FILE: a person's own, over an act of his that $entry is about
  own=$(sed -n 's/^fact signature=//p' "$entry") by=$(sed -n 's/^fact signed-by=//p' "$entry")
  [ -n "$own" ] || [ -f "$1" ] || return 0
  [ -f "$1" ] && [ "$(digest <"$1")" = "$own" ] || wrong "$1 is not the signature that $entry names"
  (KEYS='' && signed "$2" "$1" "$3") | grep -q " $by\$" || wrong "$1 is not by the key that was bound to the approver"
  echo "$3 is signed by its approver, $(of "$entry" user), with $by"
}

# Each file is what it was when the bundle was made.
sha256sum --strict --quiet -c SHA256SUMS || wrong "a file is not what SHA256SUMS says"
[ ! -f SHA256SUMS.asc ] || signed forum-key.gpg SHA256SUMS.asc SHA256SUMS

# The head of the journal, who signed it, and the heads before it.
head=$(of about.txt head)
read -r top top_line <"head-$head.txt" || wrong "there is no head"
root=$(of "head-$head.txt" tree)
if [ "$head" != 0 ]; then
  signed log-key.gpg "MANIFEST-$head.asc" "MANIFEST-$head"
  grep -qxF "$(digest <"head-$head.txt")  head-$head.txt" "MANIFEST-$head" || wrong "head-$head.txt was edited"
  before=$(of heads.txt before)
  while read -r number index digests tree; do
    [ "$number" != before ] || continue
    sum=$({ echo "$index $digests"; [ -z "$tree" ] || echo "tree $tree"; } | digest)
    before=$({ echo "$sum  head-$number.txt"; [ -z "$before" ] || echo "$before  MANIFEST-$((number - 1))"; } | digest)
  done <heads.txt
  [ "$before" = "$(digest <"MANIFEST-$head")" ] || wrong "heads.txt was edited"
fi

# Each line of the chain lies under that head.
while read -r index size hash way; do
  [ "$size" = "$top" ] && [ "$(line "$index" | leaf)" = "$hash" ] || wrong "line $index was edited"
  climb "$hash" "$index" "$size" $way && [ "$hash" = "$root" ] || wrong "line $index does not lie under head $head"
done <proofs.txt

# Each entry is what its line commits to; the timeline says the same.
D=$(of about.txt delivery) A=$(of about.txt addressee) M=$(of about.txt mailing) count=0 after=0
for entry in entry-*.txt; do
  index=$(of "$entry" index) user=$(of "$entry" user) text=$(of "$entry" text) mailing=$(of "$entry" mailing)
  [ "$entry" = "entry-$index.txt" ] && [ "$(digest <"$entry")" = "$(line "$index" | cut -d ' ' -f 3)" ] || wrong "$entry was edited"
  [ "$index" -gt "$top" ] || grep -q "^$index " proofs.txt || wrong "$entry: nothing leads from it to the head"
  [ "$index" -le "$top" ] || after=$((after + 1))
  [ "${mailing:-$M}" = "$M" ] || wrong "$entry is about another mailing"
  grep -qxF "[$index] $(of "$entry" time) $(of "$entry" kind) ${user:--}:${text:+ $text}" timeline.txt || wrong "timeline.txt does not say what $entry says"
  count=$((count + 1))
done
erased=$(grep -c '^\[.*: (erased)$' timeline.txt)
[ "$(grep -c '^\[' timeline.txt)" = $((count + erased)) ] || wrong "timeline.txt says more than the entries"
[ "$erased" = 0 ] || is_kind contact-erased || wrong "the text of entries is absent, yet nobody was erased"
sed -n 's/^said: //p' dialogue.txt | while IFS= read -r text; do
  grep -qxF "text $text" entry-*.txt || exit 1
done || wrong "dialogue.txt has words that no entry has"

# The manifest is the one that was approved, and the addressee is on its roll.
promise=mailing-submitted
! is_kind mailing-approved || promise=mailing-approved
has $promise "fact digest=$(digest <manifest.txt)" "mailing $M" || wrong "manifest.txt is not what was approved"
own_act approval.asc approval-key.gpg manifest.txt
read -r index size hash way <leaf-proof.txt
[ ! -f leaf.txt ] || [ "$(leaf <leaf.txt)" = "$hash" ] || wrong "leaf.txt was edited"
[ ! -f leaf.txt ] || grep -qxF "addressee $A" leaf.txt || wrong "leaf.txt is that of another addressee"
climb "$hash" "$index" "$size" $way && [ "$hash" = "$(of manifest.txt root)" ] || wrong "the addressee is not on the roll of this manifest"

# The Board's reason to do without a ground, if it was signed: the last that was noted counts.
last=0
for entry in entry-*.txt; do
  ! grep -qxF "kind override-added" "$entry" || [ "$(of "$entry" index)" -lt "$last" ] || last=$(of "$entry" index)
done
entry=entry-$last.txt
[ ! -f override.txt ] || grep -sqxF "fact statement=$(digest <override.txt)" "$entry" || wrong "override.txt is not what was noted"
[ "$last" != 0 ] || [ ! -f override.asc ] || wrong "override.asc is about no entry"
[ "$last" = 0 ] || own_act override.asc override-key.gpg override.txt

# The message is the one whose digest was noted before it left; the documents are those of the manifest.
if [ -f message.eml ]; then
  has delivery-committing "fact sha256=$(digest <message.eml)" "delivery $D" || wrong "message.eml is not the message of $D"
  grep -qxF "addressee $A" "$entry" || wrong "message.eml went to another addressee"
fi
for file in document-*; do
  case "$file" in 'document-*' | *.asc) continue ;; esac
  sum=$(digest <"$file") language=$(sed -n "s/^file [^ ]* \([^ ]*\) $(digest <"$file") .*/\1/p" manifest.txt | head -n 1)
  [ -n "$language" ] || wrong "$file is none of the mailing's documents"
  [ ! -f "$file.asc" ] || signed forum-key.gpg "$file.asc" "$file"
  ! has document-frozen "fact $language=$sum" || ! grep -q "^fact $language-signed-by=" "$entry" || [ -f "$file.asc" ] || wrong "the signature of $file is gone"
done

# What came back is what was noted when it came.
for file in answer-* inbound-* proof-*; do
  case "$file" in
  answer-*.*) has answer-noted "fact evidence=$(digest <"$file")" "addressee $A" || wrong "$file is no evidence of an answer" ;;
  inbound-*.*)
    sum="fact sha256=$(digest <"$file")"
    has inbound-filed "$sum" || has inbound-assigned "$sum" || has inbound-held "$sum" || wrong "$file is no message that came in"
    ;;
  proof-*.*) has delivery-done "fact proof=$(digest <"$file")" || wrong "$file is no proof of a delivery" ;;
  esac
done

# A head that you hold: its line is in here, and no line of later than the end is missing.
if [ -n "$known" ]; then
  index=${known%:*}
  [ "$index" -le "$top" ] || wrong "the head $index that you hold is later than head $head: the end was cut off, or the bundle is older"
  have=$(awk -v index_="$index" '$2 == index_ { print $3 }' heads.txt 2>/dev/null)
  [ -n "$have" ] || [ -z "$(line "$index")" ] || have=$(line "$index" | digest)
  [ -n "$have" ] || { echo "line $index is not in this bundle, so your head cannot be compared: ask for the whole journal"; exit 2; }
  [ "$have" = "${known#*:}" ] || wrong "line $index is another than the one that you hold: the journal was written anew"
fi

of about.txt lacks | sed 's/^/absent: /'
[ $after = 0 ] || echo "$after entries were noted after the head and lie under no signature"
echo "it fits together: $D of $M to $A, $count entries under the head $top:$top_line"
[ "$head" != 0 ] || { echo "NOBODY'S SIGNATURE stands for it: no head of this journal was signed"; exit 3; }
echo "GENUINE, if the keys named above are those that you know of this house"
