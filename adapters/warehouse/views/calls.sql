-- Calls over days.
CREATE OR REPLACE VIEW call_daily AS
SELECT
    CAST(coalesce(c.started_at, d.received_at) $at_utc AS DATE) AS day,
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
