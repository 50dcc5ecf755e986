/* What all pages have around their parts: the head with style and policy, the script at the end. */
#include "page/document.h"
#include "page/html.h"

static const char style[] = {
#include "page.css.inc"
	0};
static const char script[] = {
#include "page.js.inc"
	0};

void
documentbegin(struct buf *out)
{
	bufputs(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src ");
	puthash(out, style);
	bufputs(out, "; script-src ");
	puthash(out, script);
	bufputs(out, "; base-uri 'none'; form-action 'none'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<title>");
}

void
documentbody(struct buf *out)
{
	bufputs(out, "</title>\n");
	putelement(out, "style", style);
	bufputs(out, "</head>\n<body>\n");
}

void
documentend(struct buf *out, const char *by)
{
	bufprintf(out, "</main>\n<footer>Written by %s " PGOKIT_VERSION "</footer>\n", by);
	putelement(out, "script", script);
	bufputs(out, "</body>\n</html>\n");
}
