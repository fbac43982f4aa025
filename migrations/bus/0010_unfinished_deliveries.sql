-- How many deliveries to the calling service of events that occurred on a business day have not come to an end: payroll waits for them
-- (specification, decision 6).
CREATE FUNCTION bus.unfinished_deliveries(of_day date) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    service text := bus.calling_service();
BEGIN
    RETURN (
        SELECT count(*) FROM bus.delivery JOIN bus.event USING (event_id)
        WHERE status IN ('waiting', 'dispatched', 'parked') AND split_part(subscription, '.', 1) = service AND business_day = of_day
    );
END
$$;
REVOKE ALL ON FUNCTION bus.unfinished_deliveries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bus.unfinished_deliveries TO ates_accounting;
