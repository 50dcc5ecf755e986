# The shape of compete.json, which may be of an earlier release or of another job: numbers, words and texts of bounded
# length. "unfit" of anything else.

def text($max): type == "string" and length <= $max;
def text_or_null($max): . == null or text($max);
def amount_or_null: . == null or (type == "number" and . >= 0 and . < 1e12);

def figures: . == null or (type == "object" and all(.ratio, .low, .high, .hyperfine, .project_s, .competitor_s, .rounds; amount_or_null)
  and (.ratio | . != null) and (.standing | IN("ahead", "even", "behind")));

def compete: type == "object" and .format == "pgokit-compete-1" and (.name | text(300)) and (.variant | text(100))
  and (.lacking | type == "array" and length <= 1000 and all(.[]; text(2000)))
  and (.behind | type == "array" and length <= 1000 and all(.[]; text(2000)))
  and (.benches | type == "array" and length <= 1000 and all(.[]; type == "object" and (.name | text(300))
    and (.competitors | type == "array" and length <= 100 and all(.[]; type == "object"
      and (.name | text(200)) and (.version | text(200)) and all(.warm, .cold; figures)))));
