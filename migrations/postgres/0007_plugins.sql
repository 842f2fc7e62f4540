-- PostgreSQL only: plugins are the platform's, no merchant's; the operator's commands and the host read and write them as maintenance.

GRANT SELECT, INSERT, UPDATE, DELETE ON plugins, plugin_versions, plugin_refusals TO crossdock_maint;
