-- What people think: every statistic counts a text once (`counted_reviews`), groups without product, store or day are NULL.
CREATE OR REPLACE VIEW counted_reviews AS
SELECT
    document_id,
    review_no,
    review_id,
    coalesce(product, product_key) AS product,
    brand,
    store,
    region,
    retailer,
    author_location,
    language,
    CAST(published_at $at_utc AS DATE) AS day,
    rating,
    CASE WHEN rating_scale > 0 AND rating <= rating_scale THEN greatest(1, least(5, 5 * rating / rating_scale)) END AS stars,
    sentiment,
    score,
    CASE WHEN sentiment = 'negative' THEN 1.0 WHEN sentiment IS NOT NULL THEN 0.0 END AS negative,
    title,
    text,
    confidence
FROM reviews
WHERE duplicate_of IS NULL OR CAST(flags AS VARCHAR) LIKE '%"repeated_phrase"%';

CREATE OR REPLACE VIEW review_daily AS
WITH days AS (
    SELECT
        product,
        store,
        day,
        count(*) AS reviews,
        avg(rating) AS mean_rating,
        CAST(count(stars) AS FLOAT8) AS rated,
        sum(stars) AS stars,
        CAST(count(score) AS FLOAT8) AS scored,
        sum(score) AS score,
        CAST(count(negative) AS FLOAT8) AS judged,
        CAST(sum(negative) AS FLOAT8) AS negative
    FROM counted_reviews
    GROUP BY product, store, day
),
weeks AS (
    SELECT
        *,
        CAST(sum(reviews) OVER week AS BIGINT) AS reviews_7d,
        sum(rated) OVER week AS rated_7d,
        sum(stars) OVER week AS stars_7d,
        sum(scored) OVER week AS scored_7d,
        sum(score) OVER week AS score_7d,
        sum(judged) OVER week AS judged_7d,
        sum(negative) OVER week AS negative_7d,
        sum(stars) OVER ever / nullif(sum(rated) OVER ever, 0) AS stars_ever,
        sum(score) OVER ever / nullif(sum(scored) OVER ever, 0) AS score_ever,
        sum(negative) OVER ever / nullif(sum(judged) OVER ever, 0) AS negative_ever
    FROM days
    WINDOW
        week AS (PARTITION BY product, store ORDER BY day RANGE BETWEEN INTERVAL '6' DAY PRECEDING AND CURRENT ROW),
        ever AS (PARTITION BY product)
)
SELECT
    product,
    store,
    day,
    reviews,
    mean_rating,
    score / nullif(scored, 0) AS mean_score,
    negative / nullif(judged, 0) AS share_negative,
    stars / nullif(rated, 0) AS mean_stars,
    reviews_7d,
    stars_7d / nullif(rated_7d, 0) AS mean_stars_7d,
    score_7d / nullif(scored_7d, 0) AS mean_score_7d,
    negative_7d / nullif(judged_7d, 0) AS share_negative_7d,
    (coalesce(stars_7d, 0) + 10 * stars_ever) / (rated_7d + 10) AS smoothed_stars,
    (coalesce(score_7d, 0) + 10 * score_ever) / (scored_7d + 10) AS smoothed_score,
    (coalesce(negative_7d, 0) + 10 * negative_ever) / (judged_7d + 10) AS smoothed_share_negative
FROM weeks;

CREATE OR REPLACE VIEW aspect_mentions AS
SELECT
    r.product,
    r.brand,
    r.store,
    r.region,
    r.retailer,
    r.language,
    r.day,
    r.stars,
    coalesce(a.category, lower(a.term)) AS aspect,
    a.term,
    lower(a.opinion) AS opinion,
    a.sentiment,
    a.score,
    a.confidence,
    a.char_start,
    a.char_end,
    a.document_id,
    a.review_no
FROM aspects a
JOIN counted_reviews r ON r.document_id = a.document_id AND r.review_no = a.review_no;

CREATE OR REPLACE VIEW aspect_daily AS
WITH days AS (
    SELECT
        product,
        store,
        day,
        aspect,
        count(*) AS mentions,
        count(CASE WHEN sentiment = 'positive' THEN 1 END) AS positive,
        count(CASE WHEN sentiment = 'negative' THEN 1 END) AS negative,
        count(sentiment) AS judged,
        avg(score) AS mean_score
    FROM aspect_mentions
    GROUP BY product, store, day, aspect
),
weeks AS (
    SELECT
        *,
        sum(mentions) OVER week AS mentions_7d,
        CAST(sum(judged) OVER week AS FLOAT8) AS judged_7d,
        sum(negative) OVER week AS negative_7d,
        sum(negative) OVER ever / nullif(CAST(sum(judged) OVER ever AS FLOAT8), 0) AS negative_ever
    FROM days
    WINDOW
        week AS (PARTITION BY product, aspect, store ORDER BY day RANGE BETWEEN INTERVAL '6' DAY PRECEDING AND CURRENT ROW),
        ever AS (PARTITION BY product, aspect)
)
SELECT
    product,
    store,
    day,
    aspect,
    mentions,
    positive,
    negative,
    mean_score,
    negative / nullif(CAST(judged AS FLOAT8), 0) AS share_negative,
    CAST(mentions_7d AS BIGINT) AS mentions_7d,
    negative_7d / nullif(judged_7d, 0) AS share_negative_7d,
    (negative_7d + 10 * negative_ever) / (judged_7d + 10) AS smoothed_share_negative
FROM weeks;

CREATE OR REPLACE VIEW aspect_opinions AS
WITH mentions AS (
    SELECT
        *,
        count(*) OVER same AS mentions,
        count(CASE WHEN sentiment = 'positive' THEN 1 END) OVER same AS positive,
        count(CASE WHEN sentiment = 'negative' THEN 1 END) OVER same AS negative,
        avg(score) OVER same AS mean_score,
        row_number() OVER (PARTITION BY product, aspect, opinion ORDER BY confidence DESC, document_id, review_no, char_start) AS place
    FROM aspect_mentions
    WHERE opinion IS NOT NULL
    WINDOW same AS (PARTITION BY product, aspect, opinion)
),
examples AS (
    SELECT
        m.*,
        CAST(coalesce(char_start, 0) AS INTEGER) AS begins,
        row_number() OVER (PARTITION BY product, aspect ORDER BY mentions DESC, opinion) AS opinion_rank
    FROM mentions m
    WHERE place = 1
)
SELECT
    e.product,
    e.aspect,
    e.opinion,
    e.opinion_rank,
    e.mentions,
    e.positive,
    e.negative,
    CASE WHEN e.positive > e.negative THEN 'positive' WHEN e.positive < e.negative THEN 'negative' ELSE 'neutral' END AS polarity,
    e.mean_score,
    trim(
        regexp_replace(substr(r.text, greatest(1, e.begins - 199), least(200, e.begins)), '^[\s\S]*([.!?]\s+|\n)', '')
        || regexp_replace(substr(r.text, e.begins + 1, 200), '([.!?]+)\s[\s\S]*$|\n[\s\S]*$', '\1')
    ) AS example,
    e.document_id,
    e.review_no
FROM examples e
JOIN reviews r ON r.document_id = e.document_id AND r.review_no = e.review_no;

CREATE OR REPLACE VIEW product_terms AS
WITH everywhere AS (
    SELECT coalesce(r.language, 'und') AS language, t.term, CAST(count(*) AS FLOAT8) AS reviews
    FROM terms t
    JOIN counted_reviews r ON r.document_id = t.document_id AND r.review_no = t.item_no
    GROUP BY 1, 2
),
own AS (
    SELECT
        r.product,
        coalesce(r.language, 'und') AS language,
        t.term,
        count(*) AS reviews,
        sum(count(*)) OVER (PARTITION BY r.product, coalesce(r.language, 'und')) AS mentions
    FROM terms t
    JOIN counted_reviews r ON r.document_id = t.document_id AND r.review_no = t.item_no
    WHERE r.product IS NOT NULL
    GROUP BY 1, 2, 3
),
odds AS (
    SELECT
        o.product,
        o.language,
        o.term,
        o.reviews,
        e.reviews - o.reviews AS other_reviews,
        o.reviews + 500 * e.reviews / e.mentions AS here,
        CAST(o.mentions AS FLOAT8) + 500 AS here_of,
        e.reviews - o.reviews + 500 * e.reviews / e.mentions AS there,
        e.mentions - CAST(o.mentions AS FLOAT8) + 500 AS there_of
    FROM own o
    JOIN (SELECT *, sum(reviews) OVER (PARTITION BY language) AS mentions FROM everywhere) e ON e.language = o.language AND e.term = o.term
    WHERE o.reviews > 1
),
ratios AS (
    SELECT *, ln(here / nullif(here_of - here, 0)) - ln(there / nullif(there_of - there, 0)) AS log_odds FROM odds
)
SELECT
    product,
    language,
    term,
    reviews,
    CAST(other_reviews AS BIGINT) AS other_reviews,
    log_odds,
    log_odds / sqrt(1 / here + 1 / there) AS z_score
FROM ratios;

CREATE OR REPLACE VIEW rating_vs_sentiment AS
SELECT
    product,
    store,
    day,
    stars,
    sentiment,
    score,
    abs((stars - 3) / 2 - score) AS gap,
    title,
    text,
    language,
    confidence,
    review_id,
    document_id,
    review_no
FROM counted_reviews
WHERE (stars >= 4 AND sentiment = 'negative') OR (stars <= 2 AND sentiment = 'positive')
ORDER BY gap DESC, document_id, review_no;

CREATE OR REPLACE VIEW review_duplicates AS
WITH copies AS (
    SELECT
        r.document_id,
        r.review_no,
        coalesce(f.text_key, r.text_key) AS text_key,
        CASE WHEN f.text_key <> r.text_key THEN 1 END AS near,
        coalesce(r.product, r.product_key) AS product,
        r.author,
        CAST(r.published_at $at_utc AS DATE) AS day
    FROM reviews r
    LEFT JOIN reviews f ON f.document_id = r.document_id AND f.review_no = r.duplicate_of
),
repeated AS (
    SELECT text_key FROM copies WHERE text_key IS NOT NULL GROUP BY text_key HAVING count(*) > 1
),
ordered AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.text_key ORDER BY c.near NULLS FIRST, c.day NULLS LAST, c.document_id, c.review_no) AS place
    FROM copies c
    JOIN repeated p ON p.text_key = c.text_key
)
SELECT
    g.*,
    r.text
FROM (
    SELECT
        text_key,
        count(*) AS copies,
        count(near) AS near_copies,
        count(DISTINCT document_id) AS documents,
        count(DISTINCT product) AS products,
        count(DISTINCT author) AS authors,
        min(day) AS first_day,
        max(day) AS last_day,
        max(CASE WHEN place = 1 THEN document_id END) AS document_id,
        max(CASE WHEN place = 1 THEN review_no END) AS review_no
    FROM ordered
    GROUP BY text_key
) g
JOIN reviews r ON r.document_id = g.document_id AND r.review_no = g.review_no;
