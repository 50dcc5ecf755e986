-- A table without rowid, triggers, upserts, transactions.
CREATE TABLE stock(place TEXT, part INT, n INT, PRIMARY KEY(place, part)) WITHOUT ROWID;
CREATE TABLE journal(id INTEGER PRIMARY KEY, place TEXT, part INT, was INT, now INT);
CREATE TRIGGER changed AFTER UPDATE ON stock BEGIN
  INSERT INTO journal(place, part, was, now) VALUES (old.place, old.part, old.n, new.n);
END;
BEGIN;
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 12000)
  INSERT INTO stock SELECT 'place ' || (i * 17 % 60), i * 29 % 400, i % 10 FROM c WHERE true
  ON CONFLICT(place, part) DO UPDATE SET n = n + excluded.n;
COMMIT;
SELECT count(*), sum(now - was) FROM journal;
SELECT place, total, rank() OVER (ORDER BY total DESC) FROM (SELECT place, sum(n) AS total FROM stock GROUP BY place) LIMIT 8;
SELECT a.part, count(*) FROM stock a JOIN stock b ON a.part = b.part AND a.place < b.place WHERE a.n = b.n GROUP BY a.part ORDER BY 2 DESC, 1 LIMIT 5;
