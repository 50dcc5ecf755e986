# Which counts of a profile the functions of a build asked for. Reads, with tabs: functions of the
# program that took their count (name) where MODE is taken; what was asked (source, name, hash; see
# asked.sh) where it is asked; llvm-profdata show --all-functions --counts where it is profile. Writes
# "changed moved gone lost total": functions, functions, functions, counts, counts; to the file $LIST a line for
# each function whose counts are lost: counts, what became of it, name.

MODE == "taken" { taken[$1]; next }
MODE == "asked" {
	# A static function is in the profile as source;name.
	shape[$2, $3]; shape[$1 ";" $2, $3]; named[$2]; named[$1 ";" $2]
	file = $1; sub(/^.*\//, "", file); elsewhere[file ";" $2, $3]
	next
}

/^  [^ ]/ { settle(); name = substr($0, 3); sub(/:$/, "", name); hash = ""; sum = 0; next }
/^    Hash: / { hash = substr($0, 11); next }
/^    (Block|Function) count/ { counts = $0; sub(/^[^:]*: */, "", counts); gsub(/[^0-9]+/, " ", counts); n = split(counts, count, " "); for (i = 1; i <= n; i++) sum += count[i]; next }
/^Instrumentation level/ { settle() }

function settle(    bare, file, fate) {
	total += sum
	if (name == "" || sum == 0 || (name, hash) in shape) { name = ""; return }
	bare = name; sub(/^.*;/, "", bare)
	file = name; sub(/;.*$/, "", file); sub(/^.*\//, "", file)
	if (bare in taken && !seen[bare]++) { name = ""; return }
	if (name in named) { fate = "changed"; changed++ }
	else if (bare != name && (file ";" bare, hash) in elsewhere) { fate = "moved"; moved++ }
	else { fate = "gone"; gone++ }
	lost += sum
	printf "%.0f\t%s\t%s\n", sum, fate, name >ENVIRON["LIST"]
	name = ""
}

END { settle(); printf "%d %d %d %.0f %.0f\n", changed, moved, gone, lost, total }
