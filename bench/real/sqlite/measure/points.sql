-- Point look-ups and range scans through two indexes.
CREATE TABLE entry(id INTEGER PRIMARY KEY, key INT, word TEXT);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 15000)
  INSERT INTO entry SELECT i, i * 48271 % 65537, char(97 + i % 26, 97 + i * 7 % 26, 97 + i * 3 % 26) || i % 1000 FROM c;
CREATE INDEX entry_key ON entry(key);
CREATE INDEX entry_word ON entry(word);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000)
  SELECT count(*), sum(e.id) FROM c JOIN entry e ON e.key = c.i * 3;
WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 500)
  SELECT sum((SELECT count(*) FROM entry WHERE word BETWEEN char(97 + i % 26) AND char(97 + i % 26, 109)) % (i + 1)) FROM c;
SELECT e.word, f.word FROM entry e, entry f WHERE f.key = e.key + 1 AND e.id < 3000 ORDER BY e.word, f.word LIMIT 12;
