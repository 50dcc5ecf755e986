# gnuplot -c speedup.gp DATA SVG TITLE ROWS: speedups with their intervals, grouped by benchmark, coloured by
# variant. DATA is tab-separated: row, speedup, low, high, label, number of the variant. Labels are untrusted:
# read as data with enhanced text off, they cannot be commands or markup. The colours are those of report.html.
set terminal svg noenhanced size 900, 90 + 22 * ARG4 font 'sans-serif,12' background '#ffffff'
set output ARG2
set datafile separator tab
set title ARG3
set xlabel 'speed relative to the baseline (above 1: faster), with intervals'
set ytics nomirror out
set xtics nomirror
set grid xtics lc rgb '#d8dee4' lt 1
set border 3 lc rgb '#57606a'
set tics textcolor rgb '#1b1f24'
unset key
set lmargin 48
# The axis has 1 on it, and room at both ends.
stats ARG1 using 3 nooutput name 'low'
stats ARG1 using 4 nooutput name 'high'
least = low_min < 1 ? low_min : 1
most = high_max > 1 ? high_max : 1
room = most > least ? 0.05 * (most - least) : 0.01
set xrange [least - room : most + room]
set yrange [ARG4 + 0.5 : -0.5]
set arrow from 1, graph 0 to 1, graph 1 nohead back lc rgb '#57606a' lw 1.5
array colours[7] = [0x0969da, 0xbc4c00, 0x1a7f37, 0x8250df, 0xbf3989, 0x9a6700, 0x1b7c83]
plot ARG1 using 2:1:3:4:(colours[1 + int($6) % 7]):yticlabels(5) with xerrorbars lc rgb variable lw 2 pt 7 ps 0.7
