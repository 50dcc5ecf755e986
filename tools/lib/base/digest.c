/* SHA-256, by libcrypto. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/err.h"

_Noreturn static void
refused(void)
{
	const char *why = ERR_reason_error_string(ERR_get_error());

	fatal("compute 'SHA-256': libcrypto says: %s", why ? why : "no reason");
}

/* OPENSSL_CONF in the environment is for the programs that are started, not for this one. */
static EVP_MD_CTX *
begin(void)
{
	EVP_MD_CTX *s;

	if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL))
		refused();
	s = EVP_MD_CTX_new();
	if (!s || !EVP_DigestInit_ex(s, EVP_sha256(), NULL))
		refused();
	return s;
}

static void
add(EVP_MD_CTX *s, const void *p, size_t n)
{
	if (!EVP_DigestUpdate(s, p, n))
		refused();
}

static void
end(EVP_MD_CTX *s, char hex[SHA256_HEX])
{
	unsigned char sum[EVP_MAX_MD_SIZE];

	if (!EVP_DigestFinal_ex(s, sum, NULL))
		refused();
	EVP_MD_CTX_free(s);
	for (size_t i = 0; i < (SHA256_HEX - 1) / 2; i++) {
		*hex++ = "0123456789abcdef"[sum[i] >> 4];
		*hex++ = "0123456789abcdef"[sum[i] & 15];
	}
	*hex = '\0';
}

void
sha256(const void *p, size_t n, char hex[SHA256_HEX])
{
	EVP_MD_CTX *s = begin();

	add(s, p, n);
	end(s, hex);
}

int
sha256fd(int fd, char hex[SHA256_HEX])
{
	EVP_MD_CTX *s = begin();
	unsigned char chunk[65536];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n > 0) {
			add(s, chunk, (size_t)n);
		} else if (errno != EINTR) {
			int saved = errno;

			EVP_MD_CTX_free(s);
			errno = saved;
			return -1;
		}
	}
	end(s, hex);
	return 0;
}
