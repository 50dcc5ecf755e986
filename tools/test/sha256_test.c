/* SHA-256 against FIPS 180-4's examples and coreutils' sha256sum. */
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "sha256.h"

static const char *
digest(const void *p, size_t n)
{
	static char hex[SHA256_HEX];
	struct sha256 s;

	sha256init(&s);
	sha256add(&s, p, n);
	sha256hex(&s, hex);
	return hex;
}

static void
testfips(void)
{
	/* NIST's example values for FIPS 180-4, and its one million times "a" */
	CHECKSTR(digest("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	CHECKSTR(digest(NULL, 0),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	CHECKSTR(digest("abc", 3),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECKSTR(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	CHECKSTR(digest("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
			"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
			 112),
		"cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

static void
testmillion(void)
{
	char block[1000], hex[SHA256_HEX];
	struct sha256 s;

	memset(block, 'a', sizeof(block));
	sha256init(&s);
	for (int i = 0; i < 1000; i++)
		sha256add(&s, block, sizeof(block));
	sha256hex(&s, hex);
	CHECKSTR(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Where the padding needs a block of its own: 55 bytes fit with it, 56 do not. */
static void
testboundaries(void)
{
	/* head -c N /dev/zero | tr '\0' x | sha256sum */
	static const char *const want[] = {
		"d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072",
		"04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e",
		"ae14a2563ccf969d99aca69ce6bb74981f734bbf9f655f73b8f06db68cab5217",
		"5ef8b2e5e7a040f31df9cf316b81c92326c8db51ac29bb80d914ec9590d83e99",
		"6e20a1199bf58ddb8fadbe63725f1dd9de8440153af062ca56b70d99a22c306e",
		"42f2d97335669f86846b721a8aa58551a46564eaf6977e3b4836d4645e3e3ed2",
		"c508e75f24e25db94dff52c9564a51025f69510191cc7dc2cfe16a6cb4b29f53",
		"21210f9644c6fe6b4b76ed90bd48a9f88d1b20bd22f17f65b83e1b91d2a52c45",
		"75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2",
		"7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c",
		"9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9",
	};
	char text[65];

	memset(text, 'x', sizeof(text));
	for (size_t n = 55; n <= 65; n++)
		CHECKSTR(digest(text, n), want[n - 55]);
}

/* However the bytes are cut, and read from a file, the digest is the same. */
static void
testpieces(void)
{
	char path[] = "/tmp/sha256_test.XXXXXX", hex[SHA256_HEX], want[SHA256_HEX];
	static unsigned char data[200000];
	int fd = mkstemp(path);

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 31 + i / 251);
	for (size_t n = 0; n < sizeof(data); n = n < 200 ? n + 1 : n * 3) {
		snprintf(want, sizeof(want), "%s", digest(data, n));
		for (size_t step = 1; step <= 130; step += 43) {
			struct sha256 s;

			sha256init(&s);
			for (size_t at = 0; at < n; at += step)
				sha256add(&s, data + at, n - at < step ? n - at : step);
			sha256hex(&s, hex);
			CHECKSTR(hex, want);
		}
	}
	CHECK(fd >= 0 && write(fd, data, sizeof(data)) == (ssize_t)sizeof(data));
	CHECKINT(sha256file(path, hex), 0);
	CHECKSTR(hex, digest(data, sizeof(data)));
	CHECKINT((long long)lseek(fd, 100000, SEEK_SET), 100000);
	CHECKINT(sha256fd(fd, hex), 0);
	CHECKSTR(hex, digest(data + 100000, sizeof(data) - 100000));
	CHECKINT(sha256file("/", hex), -1);
	CHECKINT(sha256file("/dev/null", hex), -1);
	CHECKINT(sha256file("/nowhere", hex), -1);
	close(fd);
	unlink(path);
}

int
main(void)
{
	testfips();
	testmillion();
	testboundaries();
	testpieces();
	return checkdone();
}
