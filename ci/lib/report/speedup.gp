# gnuplot -c speedup.gp DATA SVG TITLE ROWS: speedups with their intervals, one row per benchmark
# and variant. DATA is tab-separated: row, speedup, low, high, label. Labels are untrusted: read as
# data with enhanced text off, they cannot be commands or markup.
set terminal svg noenhanced size 900, 90 + 22 * ARG4 font 'sans-serif,12' background '#ffffff'
set output ARG2
set datafile separator tab
set title ARG3
set xlabel 'speed relative to the baseline (1 = the same); bars: confidence interval'
set yrange [ARG4 + 0.5 : -0.5]
set ytics nomirror out
set xtics nomirror
set grid xtics lc rgb '#dddddd' lt 1
set border 3
unset key
set lmargin 48
set arrow from 1, graph 0 to 1, graph 1 nohead lc rgb '#888888' lw 1
plot ARG1 using 2:1:3:4:yticlabels(5) with xerrorbars lc rgb '#1f5fa8' lw 2 pt 7 ps 0.7
