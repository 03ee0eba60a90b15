-- Views over the fact tables, DuckDB dialect. Replaced at every start.
CREATE OR REPLACE VIEW offer_history AS
SELECT
    coalesce(o.product_key, lower(o.name)) AS product_key,
    o.name,
    coalesce(o.valid_from, CAST(d.received_at AS DATE)) AS day,
    o.price,
    o.currency,
    o.unit_price,
    o.unit_price_basis,
    o.original_price,
    o.price = min(o.price) OVER (PARTITION BY coalesce(o.product_key, lower(o.name)), o.currency) AS is_lowest,
    min(o.price) OVER (PARTITION BY coalesce(o.product_key, lower(o.name)), o.currency) AS lowest_price,
    o.retailer,
    o.region,
    o.store,
    o.page_no,
    o.confidence,
    d.source_uri,
    o.document_id,
    o.offer_no
FROM offers o
JOIN documents d ON d.document_id = o.document_id
WHERE o.price IS NOT NULL AND coalesce(o.product_key, o.name) IS NOT NULL;

CREATE OR REPLACE VIEW review_daily AS
SELECT
    coalesce(product, product_key) AS product,
    store,
    CAST(published_at AS DATE) AS day,
    count(*) AS reviews,
    avg(rating) AS mean_rating,
    avg(score) AS mean_score,
    avg(CASE WHEN sentiment IS NULL THEN NULL WHEN sentiment = 'negative' THEN 1.0 ELSE 0.0 END) AS share_negative
FROM reviews
GROUP BY 1, 2, 3;

CREATE OR REPLACE VIEW call_daily AS
SELECT
    CAST(coalesce(c.started_at, d.received_at) AS DATE) AS day,
    c.agent_id,
    c.queue,
    count(*) AS calls,
    sum(c.duration_s) AS duration_s,
    avg(c.duration_s) AS mean_duration_s,
    sum(c.non_talk_s) AS non_talk_s,
    sum(c.hold_s) AS hold_s,
    sum(c.interruptions) AS interruptions,
    avg(c.csat) AS mean_csat
FROM calls c
JOIN documents d ON d.document_id = c.document_id
GROUP BY 1, 2, 3;
