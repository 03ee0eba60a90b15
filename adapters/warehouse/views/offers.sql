-- Prices of products over brochures and weeks.
CREATE OR REPLACE VIEW offer_history AS
WITH seen AS (
    SELECT
        o.*,
        coalesce(o.product_key, lower(o.name)) AS key,
        coalesce(o.valid_from, CAST(d.received_at $at_utc AS DATE)) AS day,
        d.source_uri
    FROM offers o
    JOIN documents d ON d.document_id = o.document_id
    WHERE o.price IS NOT NULL AND coalesce(o.product_key, o.name) IS NOT NULL
),
days AS (
    SELECT
        key,
        currency,
        retailer,
        day,
        lag(min(price)) OVER shop AS previous_price,
        lag(day) OVER shop AS previous_day
    FROM seen
    GROUP BY key, currency, retailer, day
    WINDOW shop AS (PARTITION BY key, currency, retailer ORDER BY day)
)
SELECT
    s.key AS product_key,
    s.name,
    s.day,
    s.price,
    s.currency,
    s.unit_price,
    s.unit_price_basis,
    s.original_price,
    s.price = min(s.price) OVER everywhere AS is_lowest,
    min(s.price) OVER everywhere AS lowest_price,
    s.retailer,
    s.region,
    s.store,
    s.page_no,
    s.confidence,
    s.source_uri,
    s.document_id,
    s.offer_no,
    s.package,
    s.loyalty,
    s.multibuy,
    s.valid_to,
    p.previous_price,
    p.previous_day,
    CASE WHEN p.previous_price > 0 THEN CAST(round(100 * (s.price - p.previous_price) / p.previous_price, 1) AS FLOAT8) END AS change_pct,
    first_value(s.day) OVER cheapest AS lowest_day,
    first_value(s.retailer) OVER cheapest AS lowest_retailer,
    first_value(s.region) OVER cheapest AS lowest_region,
    first_value(s.store) OVER cheapest AS lowest_store,
    min(s.day) OVER everywhere AS first_seen,
    max(s.day) OVER everywhere AS last_seen,
    s.day = max(s.day) OVER (PARTITION BY s.key, s.currency, s.retailer) AS is_latest
FROM seen s
JOIN days p
    ON p.key = s.key
    AND p.day = s.day
    AND p.currency IS NOT DISTINCT FROM s.currency
    AND p.retailer IS NOT DISTINCT FROM s.retailer
WINDOW
    everywhere AS (PARTITION BY s.key, s.currency),
    cheapest AS (PARTITION BY s.key, s.currency ORDER BY s.price, s.day, s.document_id, s.offer_no);
