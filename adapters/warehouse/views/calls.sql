-- Calls: one row each with figures out of their JSON, and over days, agents and reasons. Groups without agent, queue or day are NULL.
CREATE OR REPLACE VIEW call_measures AS
SELECT
    c.document_id,
    CAST(coalesce(c.started_at, d.received_at) $at_utc AS DATE) AS day,
    c.started_at,
    c.agent_id,
    c.customer_id,
    c.queue,
    c.direction,
    c.duration_s,
    CAST(c.talk_time_s ->> 'agent' AS FLOAT8) AS agent_talk_s,
    CAST(c.talk_time_s ->> 'customer' AS FLOAT8) AS customer_talk_s,
    CAST(c.words_per_minute ->> 'agent' AS FLOAT8) AS agent_words_per_minute,
    CAST(c.words_per_minute ->> 'customer' AS FLOAT8) AS customer_words_per_minute,
    c.non_talk_s,
    c.hold_s,
    c.interruptions,
    CAST((c.sentiment -> 'agent') ->> 'score' AS FLOAT8) AS agent_sentiment,
    CAST((c.sentiment -> 'customer') ->> 'score' AS FLOAT8) AS customer_sentiment,
    CAST((c.sentiment -> 'customer') ->> 'change' AS FLOAT8) AS customer_sentiment_change,
    c.outcome,
    CASE WHEN c.outcome = 'resolved' THEN 1.0 WHEN c.outcome IS NOT NULL THEN 0.0 END AS resolved,
    CASE WHEN c.outcome = 'unresolved' THEN 1.0 WHEN c.outcome IS NOT NULL THEN 0.0 END AS unresolved,
    c.csat,
    c.summary
FROM calls c
JOIN documents d ON d.document_id = c.document_id;

CREATE OR REPLACE VIEW call_daily AS
SELECT
    day,
    agent_id,
    queue,
    count(*) AS calls,
    sum(duration_s) AS duration_s,
    avg(duration_s) AS mean_duration_s,
    sum(non_talk_s) AS non_talk_s,
    sum(hold_s) AS hold_s,
    CAST(sum(interruptions) AS BIGINT) AS interruptions,
    avg(csat) AS mean_csat,
    sum(duration_s) / 60 AS minutes,
    sum(CASE WHEN duration_s > 0 THEN agent_talk_s END) / nullif(sum(CASE WHEN agent_talk_s IS NOT NULL THEN duration_s END), 0) AS agent_talk_share,
    sum(CASE WHEN duration_s > 0 THEN customer_talk_s END)
        / nullif(sum(CASE WHEN customer_talk_s IS NOT NULL THEN duration_s END), 0) AS customer_talk_share,
    sum(CASE WHEN duration_s > 0 THEN non_talk_s END) / nullif(sum(CASE WHEN non_talk_s IS NOT NULL THEN duration_s END), 0) AS non_talk_share,
    avg(customer_sentiment) AS mean_customer_sentiment,
    avg(customer_sentiment_change) AS mean_customer_sentiment_change,
    count(CASE WHEN outcome = 'resolved' THEN 1 END) AS resolved,
    count(CASE WHEN outcome = 'unresolved' THEN 1 END) AS unresolved,
    count(CASE WHEN outcome = 'callback' THEN 1 END) AS callbacks,
    count(CASE WHEN outcome = 'transferred' THEN 1 END) AS transferred,
    count(CASE WHEN outcome IS NULL THEN 1 END) AS without_outcome
FROM call_measures
GROUP BY day, agent_id, queue;

CREATE OR REPLACE VIEW questions_unanswered AS
SELECT
    regexp_replace(regexp_replace(u.text, '\?[\s\S]*$', '?'), '^[\s\S]*[.!]\s+', '') AS question,
    u.role,
    u.document_id,
    u.utterance_no,
    m.day,
    m.started_at + u.start_s * INTERVAL '1' SECOND AS asked_at,
    u.start_s,
    u.text,
    u.language,
    u.confidence,
    m.agent_id,
    m.customer_id,
    m.queue
FROM utterances u
JOIN call_measures m ON m.document_id = u.document_id
WHERE u.is_question AND u.answered_by IS NULL;

CREATE OR REPLACE VIEW agent_daily AS
WITH turns AS (
    SELECT
        document_id,
        count(CASE WHEN role = 'agent' AND is_interruption THEN 1 END) AS cut_short,
        count(is_interruption) AS told_apart,
        count(CASE WHEN role = 'customer' AND is_question THEN 1 END) AS asked,
        count(CASE WHEN role = 'customer' AND is_question AND answered_by IS NULL THEN 1 END) AS unanswered
    FROM utterances
    GROUP BY document_id
)
SELECT
    m.agent_id,
    m.day,
    count(*) AS calls,
    avg(m.duration_s) AS mean_duration_s,
    sum(m.agent_talk_s) AS talk_s,
    sum(CASE WHEN m.agent_talk_s IS NOT NULL THEN m.agent_words_per_minute * m.agent_talk_s END)
        / nullif(sum(CASE WHEN m.agent_words_per_minute IS NOT NULL THEN m.agent_talk_s END), 0) AS words_per_minute,
    CAST(sum(CASE WHEN t.told_apart > 0 THEN t.cut_short END) AS BIGINT) AS interruptions,
    avg(m.customer_sentiment) AS mean_customer_sentiment,
    avg(m.customer_sentiment_change) AS mean_customer_sentiment_change,
    CAST(avg(m.resolved) AS FLOAT8) AS share_resolved,
    CAST(coalesce(sum(t.asked), 0) AS BIGINT) AS questions,
    CAST(coalesce(sum(t.unanswered), 0) AS BIGINT) AS questions_open
FROM call_measures m
LEFT JOIN turns t ON t.document_id = m.document_id
GROUP BY m.agent_id, m.day;

CREATE OR REPLACE VIEW reasons_daily AS
WITH reasons AS (
    SELECT document_id, kind, name, count(*) AS mentions
    FROM call_spans
    WHERE kind IN ('operation', 'issue')
    GROUP BY document_id, kind, name
)
SELECT
    m.day,
    r.kind,
    r.name,
    count(*) AS calls,
    CAST(sum(r.mentions) AS BIGINT) AS mentions,
    avg(m.customer_sentiment) AS mean_customer_sentiment,
    avg(m.customer_sentiment_change) AS mean_customer_sentiment_change,
    CAST(avg(m.resolved) AS FLOAT8) AS share_resolved,
    CAST(avg(m.unresolved) AS FLOAT8) AS share_unresolved
FROM reasons r
JOIN call_measures m ON m.document_id = r.document_id
GROUP BY m.day, r.kind, r.name;

CREATE OR REPLACE VIEW loudness_seconds AS
SELECT document_id, utterance_no, role, channel, start_s + place - 1 AS second_s, CAST(item AS FLOAT8) AS loudness_db
FROM (
    SELECT document_id, utterance_no, role, channel, start_s, $places(loudness_per_s) AS place, $each(loudness_per_s) AS item
    FROM utterances
    WHERE loudness_per_s IS NOT NULL
) sounding;

CREATE OR REPLACE VIEW words AS
SELECT
    document_id,
    utterance_no,
    word_no,
    role,
    channel,
    item ->> 0 AS word,
    CAST(item ->> 1 AS FLOAT8) AS start_s,
    CAST(item ->> 2 AS FLOAT8) AS end_s,
    CAST(item ->> 3 AS FLOAT8) AS confidence
FROM (
    SELECT document_id, utterance_no, role, channel, $places(words) AS word_no, $each(words) AS item
    FROM utterances
    WHERE words IS NOT NULL
) spoken;
