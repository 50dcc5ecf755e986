# Which counts of a profile the functions of a build asked for. Reads, with tabs: functions of the
# program that took their count (name) where MODE is taken; what was asked (source or module, name, hash; see
# asked.sh) where it is asked, without module and hash where that is not known; the profile (counts, hash, name; see
# counts.awk) where it is profile. Writes "changed moved gone lost total": functions, functions, functions, counts,
# counts; to the file $LIST a line for each function whose counts are lost: counts, what became of it, name.

MODE == "taken" { taken[$1]; next }
MODE == "asked" {
	# A static function is in the profile as source;name.
	named[$2]; named[$1 ";" $2]
	if ($3 == "") { unclear[$2]; next }
	shape[$2, $3]; shape[$1 ";" $2, $3]
	file = $1; sub(/^.*\//, "", file); elsewhere[file ";" $2, $3]
	next
}

{ # of the profile
	name = $3
	total += $1
	if ($1 == 0 || (name, $2) in shape) next
	bare = name; sub(/^.*;/, "", bare)
	file = name; sub(/;.*$/, "", file); sub(/^.*\//, "", file)
	if (bare in unclear || (bare in taken && !seen[bare]++)) next
	if (name in named) { fate = "changed"; changed++ }
	else if (bare != name && (file ";" bare, $2) in elsewhere) { fate = "moved"; moved++ }
	else { fate = "gone"; gone++ }
	lost += $1
	printf "%.0f\t%s\t%s\n", $1, fate, name >ENVIRON["LIST"]
}

END { printf "%d %d %d %.0f %.0f\n", changed, moved, gone, lost, total }
