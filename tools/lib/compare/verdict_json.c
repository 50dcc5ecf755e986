#include <math.h>

#include "base/buf.h"
#include "compare/verdict_json.h"
#include "decision/criteria.h"
#include "stats/stats.h"

json_t *
numberornull(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

/* Not of the number in percent: ln 0 is infinite, 0 % is not. */
json_t *
pctornull(double theta)
{
	return isfinite(theta) ? numberornull(topct(theta)) : json_null();
}

/* All of a count may be gone, which is a change by -100 %. */
static json_t *
changepct(double theta, double bound)
{
	return theta <= -INFINITY ? json_real(-100) : pctornull(bound);
}

void
addjudgement(json_t *o, const struct judgement *j)
{
	json_object_set_new(o, "verdict", json_string(verdictname(j->verdict)));
	json_object_set_new(o, "rounds", json_integer((json_int_t)j->rounds));
	if (j->verdict == INVALID || j->verdict == IDENTICAL || j->verdict == APPEARED)
		return;
	json_object_set_new(o, "change_pct", changepct(j->theta, j->theta));
	json_object_set_new(o, "low_pct", changepct(j->theta, j->low));
	json_object_set_new(o, "high_pct", changepct(j->theta, j->high));
	json_object_set_new(o, "level", json_real(j->level));
	json_object_set_new(o, "p_slower", numberornull(j->p_slower));
	json_object_set_new(o, "p_faster", numberornull(j->p_faster));
	json_object_set_new(o, "p_unchanged", numberornull(j->p_unchanged));
	json_object_set_new(o, "detectable_pct", pctornull(j->detectable));
	json_object_set_new(o, "rounds_short", numberornull(j->rounds_short));
	if (j->looked) {
		json_object_set_new(o, "mean_pct", pctornull(j->mean));
		json_object_set_new(o, "tail_pct", pctornull(j->tail));
		json_object_set_new(o, "tail_share_pct", numberornull(100 * j->tail_share));
	}
	if (j->doubt.kind) {
		json_object_set_new(o, "doubt", json_string(doubtname(j->doubt.kind)));
		json_object_set_new(o, "doubt_pct", pctornull(j->doubt.size));
	}
}

static void
addjudged(json_t *o, const struct comparison *c)
{
	addjudgement(o, &c->j);
	if (c->invalid)
		json_object_set_new(o, "reason", jsonstr(c->invalid));
}

json_t *
judgedjson(const struct comparison *c)
{
	json_t *o = json_object();

	addjudged(o, c);
	return o;
}

/* The median of one side over what was judged. */
static json_t *
sidejson(const struct comparison *c, const double *x, size_t n)
{
	if (c->paired && c->j.rounds < n)
		n = c->j.rounds;
	if (!n)
		return json_null();
	return numberornull(c->inverse ? 1 / medianof(x, n) : medianof(x, n));
}

/* What is to be said before a change is more than that. */
static json_t *
askdirection(const struct comparison *c)
{
	struct buf b = {0};
	json_t *text;

	bufprintf(&b, "which way is better has to be said by --better '%s=lower' or higher",
		c->unit ? c->unit : "");
	text = jsonstr(bufstr(&b));
	bufrelease(&b);
	return text;
}

json_t *
benchjson(const struct comparison *c)
{
	json_t *o = jsonpack("{s:o, s:b}", "name", jsonstr(c->name), "gated", c->gated);

	addjudged(o, c);
	if (c->was)
		json_object_set_new(o, "was", jsonstr(c->was));
	if (c->invalid)
		return o;
	/* What single values could have missed, nobody knows. */
	if (c->single)
		json_object_set_new(o, "detectable_pct", json_null());
	if (c->j.verdict == DIFFERS)
		json_object_set_new(o, "reason",
			json_string("a single value each does not tell a change from noise"));
	if (c->j.verdict == CHANGED)
		json_object_set_new(o, "reason", askdirection(c));
	if (c->unmoved)
		json_object_set_new(o, "unmoved", jsonstr(c->unmoved));
	if (c->output)
		json_object_set_new(o, "output", json_string(c->output));
	if (c->unit)
		json_object_set_new(o, "unit", jsonstr(c->unit));
	json_object_set_new(o, c->unit ? "base_value" : "base_s", sidejson(c, c->base, c->nbase));
	/* It is one program: what two medians of it differ by says nothing. */
	if (c->j.verdict != IDENTICAL)
		json_object_set_new(
			o, c->unit ? "cand_value" : "cand_s", sidejson(c, c->cand, c->ncand));
	return o;
}
