-- Orders of a shop: inserts, joins, grouping, an index that comes late.
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, city TEXT);
CREATE TABLE item(id INTEGER PRIMARY KEY, title TEXT, price REAL);
CREATE TABLE sale(id INTEGER PRIMARY KEY, customer INT, item INT, day INT, n INT);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 800)
  INSERT INTO customer SELECT i, printf('name %03d', i * 7919 % 811), 'city ' || (i * 31 % 40) FROM c;
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300)
  INSERT INTO item SELECT i, 'item ' || (i * 13 % 97), (i * 37 % 1000) / 10.0 FROM c;
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000)
  INSERT INTO sale SELECT i, i * 7 % 800 + 1, i * 11 % 300 + 1, i % 365, i % 5 + 1 FROM c;
SELECT city, count(*), round(sum(price * n), 2) FROM sale JOIN customer ON customer.id = sale.customer
  JOIN item ON item.id = sale.item GROUP BY city ORDER BY 3 DESC LIMIT 10;
CREATE INDEX sale_customer ON sale(customer, day);
SELECT name, (SELECT count(*) FROM sale WHERE customer = c.id AND day < 100) AS early FROM customer c ORDER BY early DESC, name LIMIT 12;
UPDATE sale SET n = n + 1 WHERE customer IN (SELECT id FROM customer WHERE city = 'city 7');
DELETE FROM sale WHERE day BETWEEN 200 AND 210;
SELECT day / 30, sum(n), avg(item) FROM sale GROUP BY 1;
