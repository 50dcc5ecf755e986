# pgokit: build the tools, run the phases, test, lint, install.
#
#   make             the tools, in build/bin, and libpgokit-tune.a, in build/lib (make build is the same)
#   make check       a minute after a change of the tools: their tests, without the slow ones
#   make test        what CI runs: set up, build, all tests
#   make demo        set up, build, the whole pipeline on the demo project
#   make full        the whole pipeline on PROJECT (default: the demo project); so are
#                    collect merge optimize bench gate report clean, one phase each
#   make fuzz        the parser of profiles, the pool, what bench-compare reads, pages, ELF files,
#                    tarballs and histories, FUZZ_SECONDS (60) each
#   make install     into DESTDIR/PREFIX (default /usr/local)

PREFIX ?= /usr/local
PROJECT ?= fixtures/relcheck
CC ?= cc
CFLAGS ?= -O2 -g
VERSION := $(shell cat ci/VERSION)

# What the code needs, apart from what the user may choose.
NEED_CFLAGS = -std=c11 -D_GNU_SOURCE -DPGOKIT_VERSION='"$(VERSION)"' -Itools/lib -Itools -Ibuild/gen \
	-Wall -Wextra -Wshadow -Wpedantic -Wvla -Wstrict-prototypes -Wmissing-prototypes
# libcrypto takes 2 ms to load: only where it is used.
LIBS = -Wl,--as-needed -ljansson -lz -lcrypto -lm -pthread

# One line per tool: tools/NAME.c becomes build/bin/NAME.
TOOLS = \
	bench-compare \
	bench-history \
	bench-run \
	elf-facts \
	page-evict \
	profdata-find \
	profile-drift \
	profraw-ingest \
	profraw-pool \
	profraw-verify \
	tarball-verify \
	report-page \
	variant-tune \
	workload-run

# C unit tests, and what makes profiles for tests: tools/tests/ROOM/NAME.c becomes build/tests/ROOM/NAME.
UNITS = $(patsubst tools/tests/%.c,%,$(wildcard tools/tests/*/*_test.c)) profraw/mkdamage profraw/mkprofraw \
	receipt/receipt_copy

LIB_SRC = $(wildcard tools/lib/*/*.c)
LIB_OBJ = $(LIB_SRC:tools/lib/%.c=build/lib/%.o)
HDR = $(wildcard tools/lib/*/*.h tools/tests/*.h tools/tests/*/*.h) build/gen/profraw-versions.h build/gen/packages.inc \
	build/gen/outcomes.inc \
	build/gen/page.css.inc build/gen/page.js.inc

# The library that programs link with: tools/tune, one object in which only tune_* is to be seen.
TUNE_SRC = $(wildcard tools/tune/*.c)
TUNE_OBJ = $(TUNE_SRC:tools/tune/%.c=build/lib/tune/%.o)
TUNE_HDR = $(wildcard tools/tune/*.h)
OBJCOPY ?= objcopy

# Starts the best of the builds in a package, and goes into it: by itself, without a C library.
LAUNCH_SRC = $(wildcard tools/tune/launch/*.c)
LAUNCH_CFLAGS = -ffreestanding -fno-stack-protector -fno-builtin -fPIE
LAUNCH_LDFLAGS = -nostdlib -static-pie -s -Wl,-z,now,-z,relro
LAUNCH = $(if $(filter x86_64-%-linux-gnu x86_64-linux-gnu,$(shell $(CC) -dumpmachine)),build/bin/level-launch)

all: $(TOOLS:%=build/bin/%) build/lib/libpgokit-tune.a build/lib/pgokit-tune.pc $(LAUNCH)

build: all

units: $(UNITS:%=build/tests/%)

build/bin/%: tools/%.c build/libpgokit.a $(HDR)
	@mkdir -p build/bin
	$(CC) $(NEED_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< build/libpgokit.a $(LIBS)

build/bin/level-launch: $(LAUNCH_SRC) $(wildcard tools/tune/launch/*.h)
	@mkdir -p build/bin
	$(CC) $(NEED_CFLAGS) -O2 $(LAUNCH_CFLAGS) $(LAUNCH_LDFLAGS) -o $@ $(LAUNCH_SRC) -lgcc

build/bin/variant-tune: LIBS := build/lib/libpgokit-tune.a $(LIBS)
build/bin/variant-tune: build/lib/libpgokit-tune.a $(TUNE_HDR)

build/tests/%: tools/tests/%.c build/libpgokit.a $(HDR)
	@mkdir -p $(@D)
	$(CC) $(NEED_CFLAGS) -Itools/tests $(CFLAGS) $(LDFLAGS) $(UNIT_LDFLAGS) -o $@ $< build/libpgokit.a $(LIBS)

# Those of tools/tune see its objects, what they hide included.
build/tests/tune/%: tools/tests/tune/%.c build/lib/libpgokit-tune.a $(HDR) $(TUNE_HDR)
	@mkdir -p $(@D)
	$(CC) $(NEED_CFLAGS) -Itools/tests $(CFLAGS) $(LDFLAGS) -o $@ $< $(TUNE_OBJ) $(LIBS)

# Functions whose calls it counts.
build/tests/compare/read_once_test: UNIT_LDFLAGS = \
	-Wl,--wrap=spanloadrest,--wrap=receiptread,--wrap=spannumbers,--wrap=roundorder

# Kernels that variant-tune chooses among. What compares with them, *_plain.c, is the best that the
# compiler makes of plain C for the machine that builds: not for others, so it is in tests and
# benchmarks only. The others ask the CPU at run time.
KERNEL_SRC = $(wildcard tools/tune/kernels/*.c)
KERNEL_HDR = $(wildcard tools/tune/kernels/*.h)
build/tune/kernels/%_plain.o: KERNEL_CFLAGS = -march=native -ffp-contract=fast

build/tune/kernels/%.o: tools/tune/kernels/%.c $(KERNEL_HDR)
	@mkdir -p $(@D)
	$(CC) $(NEED_CFLAGS) $(CFLAGS) -O3 $(KERNEL_CFLAGS) -c -o $@ $<

build/libpgokit-kernels.a: $(KERNEL_SRC:tools/tune/%.c=build/tune/%.o)
	rm -f $@
	$(AR) qcs $@ $^

build/tests/kernels/%: tools/tests/kernels/%.c build/libpgokit-kernels.a build/lib/libpgokit-tune.a $(HDR) $(KERNEL_HDR)
	@mkdir -p $(@D)
	$(CC) $(NEED_CFLAGS) -Itools/tests $(CFLAGS) $(LDFLAGS) -o $@ $< build/libpgokit-kernels.a build/lib/libpgokit-tune.a -ljansson -lm -ldl -pthread

build/lib/%.o: tools/lib/%.c $(HDR)
	@mkdir -p $(@D)
	$(CC) $(NEED_CFLAGS) $(CFLAGS) -c -o $@ $<

# Columns 1 to 3: LLVM release, raw and indexed profile version; "-" becomes 0.
build/gen/profraw-versions.h: ci/data/profraw-versions.tsv
	@mkdir -p build/gen
	awk -F'\t' '!/^#/ { printf "{\"%s\", %d, %d},\n", $$1, $$2, $$3 }' $< >$@.tmp
	mv $@.tmp $@

# The names of a package on the systems; N is the LLVM major.
build/gen/packages.inc: ci/data/packages.tsv
	@mkdir -p build/gen
	awk -F'\t' '!/^#/ { printf "{{\"%s\", \"%s\", \"%s\", \"%s\"}},\n", $$2, $$3, $$4, $$5 }' $< >$@.tmp
	mv $@.tmp $@

# What outcomes say to people; no quotes in it.
build/gen/outcomes.inc: ci/data/outcomes.tsv
	@mkdir -p build/gen
	awk -F'\t' '!/^#/ { printf "{\"%s\", \"%s\", \"%s\", \"%s\"},\n", $$1, $$2, $$3, $$4 }' $< >$@.tmp
	mv $@.tmp $@

# A text as the numbers of its bytes.
build/gen/page.css.inc build/gen/page.js.inc: build/gen/%.inc: tools/lib/page/%
	@mkdir -p build/gen
	od -An -v -tu1 $< | sed 's/[0-9][0-9]*/&,/g' >$@.tmp
	mv $@.tmp $@

build/lib/tune/%.o: tools/tune/%.c $(TUNE_HDR)
	@mkdir -p $(@D)
	$(CC) $(NEED_CFLAGS) $(CFLAGS) -fno-lto -fPIC -fvisibility=hidden -c -o $@ $<

build/lib/libpgokit-tune.a: $(TUNE_OBJ)
	$(LD) -r -o build/lib/pgokit-tune.o $(TUNE_OBJ)
	$(OBJCOPY) --localize-hidden build/lib/pgokit-tune.o
	rm -f $@
	$(AR) qcs $@ build/lib/pgokit-tune.o

build/lib/pgokit-tune.pc: tools/tune/pgokit-tune.pc.in ci/VERSION Makefile
	@mkdir -p $(@D)
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' $< >$@

# Removed first: ar would keep the members of sources that are gone. q: rooms have files of one name.
build/libpgokit.a: $(LIB_OBJ)
	rm -f $@
	$(AR) qcs $@ $(LIB_OBJ)

demo:
	ci/demo

check:
	ci/test --tools --timing

test:
	ci/test

lint:
	ci/lint

# libFuzzer, FUZZ_SECONDS each, from generated profiles of all versions, real receipts, or small programs.
FUZZ_SECONDS ?= 60
FUZZ_SRC = $(wildcard tools/tests/*/*_fuzz.c)
FUZZ_CC ?= $(shell ls -d /usr/lib/llvm-*/bin/clang | sort -V | tail -n 1)
FUZZERS = $(notdir $(patsubst %.c,%,$(FUZZ_SRC)))

fuzz: $(FUZZERS:%=fuzz-%)

SEEDS = seeds

# What would end the process, and all memory, goes through the target itself.
fuzz-compare_fuzz: SEEDS = compare-seeds
fuzz-compare_fuzz: build/fuzz/compare-seeds
fuzz-page_fuzz: SEEDS = page-seeds
fuzz-page_fuzz: build/fuzz/page-seeds
build/fuzz/compare_fuzz build/fuzz/page_fuzz build/fuzz/history_fuzz: FUZZ_CFLAGS = -Dexit=fuzzexit -Dwrite=fuzzwrite \
	-Dmalloc=fuzzmalloc -Dcalloc=fuzzcalloc -Drealloc=fuzzrealloc -Dfree=fuzzfree
build/fuzz/page_fuzz: FUZZ_CFLAGS += -DinflateInit2_=fuzzinflate

fuzz-history_fuzz: SEEDS = history-seeds
fuzz-history_fuzz: build/fuzz/history-seeds
fuzz-tarball_fuzz: SEEDS = tarball-seeds
fuzz-tarball_fuzz: build/fuzz/tarball-seeds
fuzz-elf_fuzz: SEEDS = elf-seeds
fuzz-elf_fuzz: build/fuzz/elf-seeds

fuzz-%: build/fuzz/% build/fuzz/seeds
	@mkdir -p build/fuzz/$*.corpus
	cd build/fuzz && ./$* -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -verbosity=0 $*.corpus $(SEEDS)

build/fuzz/%: $(FUZZ_SRC) $(LIB_SRC) $(HDR)
	@mkdir -p build/fuzz
	$(FUZZ_CC) $(NEED_CFLAGS) -Itools/tests $(FUZZ_CFLAGS) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o $@ $(filter %/$*.c,$(FUZZ_SRC)) $(LIB_SRC) $(LIBS)

.PRECIOUS: build/fuzz/%

build/fuzz/seeds: tools/tests/profraw/fuzz-seeds build/tests/profraw/mkprofraw
	tools/tests/profraw/fuzz-seeds build/tests/profraw/mkprofraw $@

build/fuzz/compare-seeds: tools/tests/compare/compare-seeds build/bin/bench-run build/bin/bench-compare
	tools/tests/compare/compare-seeds build/bin $@

build/fuzz/elf-seeds: tools/tests/elf/elf-seeds
	tools/tests/elf/elf-seeds $(FUZZ_CC) $@

build/fuzz/history-seeds: tools/tests/history/history-seeds
	$< $@

build/fuzz/tarball-seeds: tools/tests/archive/tarball-seeds
	$< $@

build/fuzz/page-seeds: tools/tests/compare/page-seeds build/fuzz/compare-seeds
	tools/tests/compare/page-seeds build/fuzz/compare-seeds $@

collect merge optimize bench gate report full clean: all
	cd '$(PROJECT)' && '$(CURDIR)/ci/pgokit' $@

# The pipeline and the tools; tests, demo and linters stay in the source.
install: all
	rm -rf '$(DESTDIR)$(PREFIX)/lib/pgokit'
	install -d '$(DESTDIR)$(PREFIX)/lib/pgokit/ci' '$(DESTDIR)$(PREFIX)/lib/pgokit/.github' '$(DESTDIR)$(PREFIX)/lib/pgokit/build/bin' '$(DESTDIR)$(PREFIX)/bin'
	cp -R ci/pgokit ci/README.md ci/VERSION ci/pgokit.schema.json ci/commands ci/lib ci/data ci/formats ci/templates ci/setup '$(DESTDIR)$(PREFIX)/lib/pgokit/ci/'
	cp -R .github/workflows .github/actions '$(DESTDIR)$(PREFIX)/lib/pgokit/.github/'
	install -m 755 $(TOOLS:%=build/bin/%) $(LAUNCH) '$(DESTDIR)$(PREFIX)/lib/pgokit/build/bin/'
	for t in ci/pgokit $(TOOLS:%=build/bin/%); do \
		ln -sf "../lib/pgokit/$$t" '$(DESTDIR)$(PREFIX)/bin/'; done
	install -d '$(DESTDIR)$(PREFIX)/include' '$(DESTDIR)$(PREFIX)/lib/pkgconfig'
	install -m 644 tools/tune/pgokit-tune.h '$(DESTDIR)$(PREFIX)/include/'
	install -m 644 build/lib/libpgokit-tune.a '$(DESTDIR)$(PREFIX)/lib/'
	install -m 644 build/lib/pgokit-tune.pc '$(DESTDIR)$(PREFIX)/lib/pkgconfig/'

# Only what make built; `make clean` is the phase that empties PROJECT/.pgokit.
distclean:
	rm -rf build

.PHONY: all build units demo check test lint fuzz install distclean collect merge optimize bench gate report full clean
