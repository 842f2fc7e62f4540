-- PostgreSQL only: the roles, and row security under a role that owns nothing.
--
-- crossdock_app works for one merchant at a time; crossdock_maint works across merchants and is entered by SET LOCAL ROLE only.
-- NOINHERIT on crossdock_app is what keeps them apart: a login role in crossdock_app may enter crossdock_maint and inherits nothing of it.
-- The operator makes a login role a member: GRANT crossdock_app TO <login>.

-- Roles belong to the cluster, and several databases of one cluster may migrate at once: whoever comes second finds the work done.
DO $$
DECLARE
    attempt INTEGER;
BEGIN
    FOR attempt IN 1..20 LOOP
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'crossdock_app') THEN
                CREATE ROLE crossdock_app NOLOGIN NOINHERIT;
            END IF;
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'crossdock_maint') THEN
                CREATE ROLE crossdock_maint NOLOGIN NOINHERIT;
            END IF;
            IF NOT EXISTS (
                SELECT 1 FROM pg_auth_members m
                JOIN pg_roles granted ON granted.oid = m.roleid
                JOIN pg_roles member ON member.oid = m.member
                WHERE granted.rolname = 'crossdock_maint' AND member.rolname = 'crossdock_app'
            ) THEN
                GRANT crossdock_maint TO crossdock_app;
            END IF;
            EXIT;
        EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
            IF attempt = 20 THEN
                RAISE;
            END IF;
        END;
    END LOOP;
END
$$;

DO $$
DECLARE
    name TEXT;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO crossdock_app, crossdock_maint', current_schema());
    -- A merchant's row of `merchants` is its own.
    ALTER TABLE merchants ENABLE ROW LEVEL SECURITY;
    ALTER TABLE merchants FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_rows ON merchants TO crossdock_app
        USING (id = current_setting('app.merchant_id', true))
        WITH CHECK (id = current_setting('app.merchant_id', true));
    CREATE POLICY all_rows ON merchants TO crossdock_maint USING (true) WITH CHECK (true);
    GRANT SELECT ON merchants TO crossdock_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON merchants TO crossdock_maint;

    FOREACH name IN ARRAY ARRAY[
        'stores', 'api_keys', 'merchant_keys', 'credentials', 'credential_tokens', 'counters',
        'shipments', 'parcels', 'documents', 'pickups', 'trackings', 'tracking_events',
        'courier_calls', 'idempotency', 'jobs', 'audit_log'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY own_rows ON %I TO crossdock_app
                USING (merchant_id = current_setting(''app.merchant_id'', true))
                WITH CHECK (merchant_id = current_setting(''app.merchant_id'', true))', name);
        EXECUTE format('CREATE POLICY all_rows ON %I TO crossdock_maint USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO crossdock_app, crossdock_maint', name);
    END LOOP;

    -- A merchant's work may add to the audit log, never change it.
    REVOKE UPDATE, DELETE ON audit_log FROM crossdock_app;
    -- Not a merchant's: proofs of root keys and the list of migrations.
    GRANT SELECT, INSERT ON vault_checks TO crossdock_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON limit_counters TO crossdock_maint;
    GRANT SELECT ON crossdock_migrations TO crossdock_app, crossdock_maint;
END
$$;

-- Jobs and leases are rewritten all the time: vacuum early.
ALTER TABLE jobs SET (autovacuum_vacuum_scale_factor = 0.01);
