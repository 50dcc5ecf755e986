# A build.ninja of a large project: -v libs=N -v files=N (in each) -v style=flat|deep.
BEGIN {
	print "cflags = -O2 -Wall"
	print "rule cc\n  command = cc $cflags $extra -MD -MF $out.d -c $in -o $out\n  depfile = $out.d\n  description = CC $out"
	print "rule ar\n  command = rm -f $out && ar rcs $out $in\n  description = AR $out"
	print "rule link\n  command = cc -o $out $in $libs\n  pool = heavy\npool heavy\n  depth = 2"
	for (l = 0; l < libs; l++) {
		dir = style == "deep" ? "src/part" l % 7 "/group" l % 5 "/library" l : "lib" l
		objects = ""
		for (f = 0; f < files; f++) {
			o = "out/" dir "/file" f ".o"
			printf "build %s: cc %s/file%d.c | %s/config.h || gen/version.h\n", o, dir, f, dir
			if ((l + f) % 4 == 0)
				printf "  extra = -DPART=%d -I%s/include$ with$ blank $\n      -DX=${cflags}\n", l, dir
			objects = objects " $\n    " o
		}
		printf "build out/lib%d.a: ar%s\n", l, objects
		all = all " out/lib" l ".a"
	}
	print "rule gen\n  command = ./gen $out\n  restat = 1\nbuild gen/version.h: gen"
	printf "build out/prog: link%s\n  libs = -lm\ndefault out/prog\n", all
}
