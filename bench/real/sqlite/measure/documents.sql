-- JSON documents: made, taken apart, changed.
CREATE TABLE doc(id INTEGER PRIMARY KEY, body TEXT);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000)
  INSERT INTO doc SELECT i, json_object('id', i, 'tags', json_array('t' || i % 11, 't' || i % 7), 'size', json_object('w', i * 3 % 50, 'h', i * 5 % 70)) FROM c;
SELECT json_extract(body, '$.size.w') AS w, count(*) FROM doc GROUP BY w ORDER BY w LIMIT 20;
SELECT tag.value, count(*) FROM doc, json_each(doc.body, '$.tags') AS tag GROUP BY 1 ORDER BY 2 DESC, 1;
UPDATE doc SET body = json_set(body, '$.area', json_extract(body, '$.size.w') * json_extract(body, '$.size.h')) WHERE id % 2;
SELECT sum(json_extract(body, '$.area')), sum(length(body)) FROM doc;
