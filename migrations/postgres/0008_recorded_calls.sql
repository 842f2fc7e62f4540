-- PostgreSQL only: a merchant's recordings are its own; replaying and pruning is maintenance's.

ALTER TABLE recorded_calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE recorded_calls FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON recorded_calls TO crossdock_app
    USING (merchant_id = current_setting('app.merchant_id', true))
    WITH CHECK (merchant_id = current_setting('app.merchant_id', true));
CREATE POLICY all_rows ON recorded_calls TO crossdock_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON recorded_calls TO crossdock_app, crossdock_maint;
