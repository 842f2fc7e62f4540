-- PostgreSQL only: the row security that the table had before.

ALTER TABLE credential_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON credential_tokens TO crossdock_app
    USING (merchant_id = current_setting('app.merchant_id', true))
    WITH CHECK (merchant_id = current_setting('app.merchant_id', true));
CREATE POLICY all_rows ON credential_tokens TO crossdock_maint USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON credential_tokens TO crossdock_app, crossdock_maint;
