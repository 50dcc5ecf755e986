-- Roads between towns: recursive search, set operations, a temporary table.
CREATE TABLE road(a INT, b INT, length INT);
WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 3000)
  INSERT INTO road SELECT i % 500, (i * 173 + i / 500) % 500, i * 37 % 90 + 10 FROM c;
CREATE INDEX road_a ON road(a);
CREATE TEMP TABLE near AS
  WITH RECURSIVE reach(start, town, far) AS (
    SELECT DISTINCT a, a, 0 FROM road WHERE a % 25 = 0
    UNION SELECT start, b, far + length FROM reach JOIN road ON a = town WHERE far + length < 130)
  SELECT start, town, min(far) AS far FROM reach GROUP BY start, town;
SELECT start, count(*), max(far) FROM near GROUP BY start ORDER BY 2 DESC, 1;
SELECT count(*) FROM (SELECT town FROM near WHERE start = 0 INTERSECT SELECT town FROM near WHERE start = 250);
SELECT n.town, n.far FROM near n WHERE EXISTS (SELECT 1 FROM near m WHERE m.town = n.start AND m.far < n.far) ORDER BY n.far DESC, n.town LIMIT 20;
