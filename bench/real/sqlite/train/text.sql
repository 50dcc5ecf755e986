-- Strings: LIKE, GLOB, substr, replace, sorting and distinct on text.
CREATE TABLE line(no INTEGER PRIMARY KEY, words TEXT);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 8000)
  INSERT INTO line SELECT i, hex(i * 2654435761) || ' ' || lower(hex(i * 40503)) || ' ' || (i % 97) || 'th' FROM c;
SELECT count(*) FROM line WHERE words LIKE '%ab%' OR words GLOB '*9[0-3]th';
SELECT substr(words, 1, 2) AS a, count(*), max(length(words)) FROM line GROUP BY a ORDER BY 2 DESC, a LIMIT 9;
SELECT DISTINCT substr(words, instr(words, ' ') + 1, 3) AS w FROM line ORDER BY w DESC LIMIT 15;
UPDATE line SET words = replace(words, 'F', '-f-') WHERE no % 3 = 0;
SELECT sum(length(words)), upper(min(words)), trim(max(words)) FROM line;
