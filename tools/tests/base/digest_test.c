/* SHA-256 and MD5 against the examples of FIPS 180-4 and coreutils. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "check.h"

static const char *
digest(const void *p, size_t n)
{
	static char hex[SHA256_HEX];

	sha256(p, n, hex);
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
	static char text[1000000];

	memset(text, 'a', sizeof(text));
	CHECKSTR(digest(text, sizeof(text)),
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
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

/* What is read in pieces has the digest of the whole, at and around the size of a piece. */
static void
testpieces(void)
{
	static const size_t sizes[] = {0, 1, 64, 65535, 65536, 65537, 131072, 200000};
	char path[] = "/tmp/digest_test.XXXXXX", hex[SHA256_HEX];
	static unsigned char data[200000];
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 31 + i / 251);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		CHECKINT(ftruncate(fd, 0), 0);
		CHECKINT(pwrite(fd, data, sizes[i], 0), (long long)sizes[i]);
		CHECKINT((long long)lseek(fd, 0, SEEK_SET), 0);
		CHECKINT(sha256fd(fd, hex), 0);
		CHECKSTR(hex, digest(data, sizes[i]));
	}
	CHECKINT((long long)lseek(fd, 100000, SEEK_SET), 100000);
	CHECKINT(sha256fd(fd, hex), 0);
	CHECKSTR(hex, digest(data + 100000, sizeof(data) - 100000));
	close(fd);
	unlink(path);
	errno = 0;
	CHECKINT(sha256fd(fd, hex), -1);
	CHECKINT(errno, EBADF);
}

/* Around the lengths where the padding needs a block of its own. */
static void
testmd5(void)
{
	/* head -c N /dev/zero | tr '\0' x | md5sum */
	static const struct {
		size_t n;
		const char *want;
	} cases[] = {
		{0, "d41d8cd98f00b204e9800998ecf8427e"},
		{1, "9dd4e461268c8034f5c8564e155c67a6"},
		{55, "04364420e25c512fd958a70738aa8f72"},
		{56, "668a72d5ba17f08e62dabcafad6db14b"},
		{63, "7dc2ca208106a2f703567bdff99d8981"},
		{64, "c1bb4f81d892b2d57947682aeb252456"},
		{65, "1bc932052302d074bdec39795fe00cf6"},
		{119, "ab347a5f68c8a443cfcddc633f12c24f"},
		{120, "fb98667f98096de92620b64f46e1c5b5"},
		{1000, "398533d48111e9f664b1f64cb10c4b63"},
	};
	unsigned char sum[16];
	char text[1000], hex[33];

	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		md5(text, cases[i].n, sum);
		for (size_t k = 0; k < sizeof(sum); k++)
			snprintf(hex + 2 * k, 3, "%02x", sum[k]);
		CHECKSTR(hex, cases[i].want);
	}
	/* md5sum of "abc" is 900150983cd24fb0d6963f7d28e17f72 */
	CHECK(md5ref("abc", 3) == 0xb04fd23c98500190);
}

int
main(void)
{
	testfips();
	testmillion();
	testboundaries();
	testpieces();
	testmd5();
	return checkdone();
}
