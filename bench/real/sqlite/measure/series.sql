-- Measurements over time: window functions, dates, floating point.
CREATE TABLE reading(sensor INT, at INT, value REAL);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 9000)
  INSERT INTO reading SELECT i % 12, 1700000000 + i * 61, (i * 7919 % 10007) / 100.0 FROM c;
SELECT sensor, round(avg(moving), 4), round(max(abs(value - moving)), 4) FROM
  (SELECT sensor, value, avg(value) OVER (PARTITION BY sensor ORDER BY at ROWS 9 PRECEDING) AS moving FROM reading) GROUP BY sensor;
SELECT strftime('%Y-%m-%d', at, 'unixepoch') AS day, count(*), round(min(value), 2) FROM reading GROUP BY day ORDER BY day LIMIT 8;
SELECT sensor, lag(value, 3) OVER w AS was, value, ntile(5) OVER w FROM reading WINDOW w AS (PARTITION BY sensor ORDER BY value, at) LIMIT 30;
SELECT count(*) FROM reading a WHERE at % 97 = 0 AND value > (SELECT avg(value) FROM reading b WHERE b.sensor = a.sensor AND b.at BETWEEN a.at - 1500 AND a.at);
